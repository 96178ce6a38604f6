/** Which files a paper may carry, by extension, and whether their first bytes keep the promise of the name. */

export interface FileType {
  /** Media type that the file is served with. */
  type: string;
  use: 'image' | 'audio' | 'video' | 'document';
  /** Does the content begin as this type does? Absent where the type has no mark (plain text). */
  begins?: (bytes: Uint8Array) => boolean;
}

function has(bytes: Uint8Array, at: number, ...mark: number[]): boolean {
  return mark.every((value, index) => bytes[at + index] === value);
}

const PNG = (b: Uint8Array) => has(b, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const JPEG = (b: Uint8Array) => has(b, 0, 0xff, 0xd8, 0xff);
const GIF = (b: Uint8Array) => has(b, 0, 0x47, 0x49, 0x46, 0x38);
const RIFF = (b: Uint8Array) => has(b, 0, 0x52, 0x49, 0x46, 0x46);
const WEBP = (b: Uint8Array) => RIFF(b) && has(b, 8, 0x57, 0x45, 0x42, 0x50);
const WAVE = (b: Uint8Array) => RIFF(b) && has(b, 8, 0x57, 0x41, 0x56, 0x45);
const OGG = (b: Uint8Array) => has(b, 0, 0x4f, 0x67, 0x67, 0x53);
/** ID3 tag, or the eleven set bits of an MPEG audio frame with a layer (ISO 11172-3). */
const MP3 = (b: Uint8Array) =>
  has(b, 0, 0x49, 0x44, 0x33) || (b[0] === 0xff && (b[1]! & 0xe0) === 0xe0 && (b[1]! & 0x06) !== 0);
const MP4 = (b: Uint8Array) => has(b, 4, 0x66, 0x74, 0x79, 0x70);
const WEBM = (b: Uint8Array) => has(b, 0, 0x1a, 0x45, 0xdf, 0xa3);
const ZIP = (b: Uint8Array) => has(b, 0, 0x50, 0x4b);
const PDF = (b: Uint8Array) => has(b, 0, 0x25, 0x50, 0x44, 0x46);
const OLE = (b: Uint8Array) => has(b, 0, 0xd0, 0xcf, 0x11, 0xe0);
const RAR = (b: Uint8Array) => has(b, 0, 0x52, 0x61, 0x72, 0x21);
const SEVEN_ZIP = (b: Uint8Array) => has(b, 0, 0x37, 0x7a, 0xbc, 0xaf);

function document(type: string, begins?: (bytes: Uint8Array) => boolean): FileType {
  return begins === undefined ? { type, use: 'document' } : { type, use: 'document', begins };
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const TEXT = document('text/plain');

/**
 * Starter material is fetched, never shown, so its list is wide; but nothing that a browser or Windows would run by a
 * double click (html, exe, bat, js as a script) is on it. Source texts travel as plain text.
 */
const FILE_TYPES: Readonly<Record<string, FileType>> = {
  png: { type: 'image/png', use: 'image', begins: PNG },
  jpg: { type: 'image/jpeg', use: 'image', begins: JPEG },
  jpeg: { type: 'image/jpeg', use: 'image', begins: JPEG },
  gif: { type: 'image/gif', use: 'image', begins: GIF },
  webp: { type: 'image/webp', use: 'image', begins: WEBP },
  svg: { type: 'image/svg+xml', use: 'image' },
  mp3: { type: 'audio/mpeg', use: 'audio', begins: MP3 },
  ogg: { type: 'audio/ogg', use: 'audio', begins: OGG },
  oga: { type: 'audio/ogg', use: 'audio', begins: OGG },
  opus: { type: 'audio/ogg', use: 'audio', begins: OGG },
  wav: { type: 'audio/wav', use: 'audio', begins: WAVE },
  m4a: { type: 'audio/mp4', use: 'audio', begins: MP4 },
  mp4: { type: 'video/mp4', use: 'video', begins: MP4 },
  m4v: { type: 'video/mp4', use: 'video', begins: MP4 },
  webm: { type: 'video/webm', use: 'video', begins: WEBM },
  pdf: document('application/pdf', PDF),
  doc: document('application/msword', OLE),
  xls: document('application/vnd.ms-excel', OLE),
  ppt: document('application/vnd.ms-powerpoint', OLE),
  docx: document(`${OFFICE}.wordprocessingml.document`, ZIP),
  xlsx: document(`${OFFICE}.spreadsheetml.sheet`, ZIP),
  pptx: document(`${OFFICE}.presentationml.presentation`, ZIP),
  odt: document('application/vnd.oasis.opendocument.text', ZIP),
  ods: document('application/vnd.oasis.opendocument.spreadsheet', ZIP),
  odp: document('application/vnd.oasis.opendocument.presentation', ZIP),
  wps: document('application/octet-stream', OLE),
  et: document('application/octet-stream', OLE),
  dps: document('application/octet-stream', OLE),
  mdb: document('application/octet-stream'),
  accdb: document('application/octet-stream'),
  psd: document('application/octet-stream'),
  dwg: document('application/octet-stream'),
  zip: document('application/zip', ZIP),
  rar: document('application/vnd.rar', RAR),
  '7z': document('application/x-7z-compressed', SEVEN_ZIP),
  rtf: document('application/rtf'),
  txt: TEXT,
  md: TEXT,
  csv: document('text/csv'),
  tsv: TEXT,
  json: TEXT,
  sql: TEXT,
  py: TEXT,
  c: TEXT,
  h: TEXT,
  cpp: TEXT,
  java: TEXT,
  pas: TEXT,
};

export function fileTypeOf(extension: string): FileType | undefined {
  return Object.hasOwn(FILE_TYPES, extension) ? FILE_TYPES[extension] : undefined;
}

/** Extension of an image in a `data:` address. */
export function extensionOfType(type: string): string | undefined {
  return Object.entries(FILE_TYPES).find(([, entry]) => entry.type === type)?.[0];
}

function big16(b: Uint8Array, at: number): number {
  return (b[at]! << 8) | b[at + 1]!;
}

function little16(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8);
}

function jpegSize(b: Uint8Array): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 < b.length && b[at] === 0xff) {
    const marker = b[at + 1]!;
    // SOF0 to SOF15 carry the size; C4, C8 and CC are other segments (ITU T.81, table B.1).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: big16(b, at + 7), height: big16(b, at + 5) };
    if (marker === 0xff) at += 1;
    else at += 2 + big16(b, at + 2);
  }
  return undefined;
}

function webpSize(b: Uint8Array): { width: number; height: number } | undefined {
  if (has(b, 12, 0x56, 0x50, 0x38, 0x58))
    return {
      width: 1 + (b[24]! | (b[25]! << 8) | (b[26]! << 16)),
      height: 1 + (b[27]! | (b[28]! << 8) | (b[29]! << 16)),
    };
  if (has(b, 12, 0x56, 0x50, 0x38, 0x20))
    return { width: little16(b, 26) & 0x3fff, height: little16(b, 28) & 0x3fff };
  if (has(b, 12, 0x56, 0x50, 0x38, 0x4c)) {
    const bits = (b[21]! | (b[22]! << 8) | (b[23]! << 16) | (b[24]! << 24)) >>> 0;
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return undefined;
}

/** Pixels of a picture, for graphic interactions that do not say; `undefined` where the bytes do not tell. */
export function pictureSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  let size: { width: number; height: number } | undefined;
  if (PNG(bytes) && bytes.length >= 24)
    size = {
      width: (big16(bytes, 16) << 16) | big16(bytes, 18),
      height: (big16(bytes, 20) << 16) | big16(bytes, 22),
    };
  else if (GIF(bytes) && bytes.length >= 10) size = { width: little16(bytes, 6), height: little16(bytes, 8) };
  else if (JPEG(bytes)) size = jpegSize(bytes);
  else if (WEBP(bytes) && bytes.length >= 30) size = webpSize(bytes);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}
