/** Bytes of a text file → text: by byte order mark, by what the file declares, otherwise UTF-8. Never a silent `U+FFFD`. */

/** Encodings that packages from China and Europe come in; a label outside it is refused by name. */
const LABELS: Record<string, string> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  cp936: 'gb18030',
  gb18030: 'gb18030',
  big5: 'big5',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
};

export class EncodingFault extends Error {
  /** Line of the first byte that is no character, from 1; 0 where the label itself is unknown. */
  readonly line: number;

  constructor(detail: string, line: number) {
    super(detail);
    this.line = line;
  }
}

function byMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // XML without a mark still begins with `<` (XML 1.0, appendix F).
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  return undefined;
}

function faultyLine(bytes: Uint8Array, encoding: string): number {
  if (encoding.startsWith('utf-16')) return 0;
  let line = 1;
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue;
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(start, i));
    } catch {
      return line;
    }
    line++;
    start = i + 1;
  }
  return 0;
}

/**
 * @param declared finds the label that the text declares for itself in its first bytes, read as Latin letters.
 * @throws EncodingFault where a label is unknown or a byte is no character of the encoding.
 */
export function decodeText(bytes: Uint8Array, declared: (head: string) => string | undefined): string {
  let encoding = byMark(bytes);
  if (encoding === undefined) {
    const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 256));
    const label = declared(head)?.toLowerCase();
    if (label !== undefined && LABELS[label] === undefined)
      throw new EncodingFault(`encoding "${label.slice(0, 40)}"`, 0);
    encoding = label === undefined ? 'utf-8' : LABELS[label];
    // A file that can be read as bytes of ASCII is not UTF-16, whatever it declares.
    if (encoding?.startsWith('utf-16')) encoding = 'utf-8';
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new EncodingFault(`not ${encoding}`, faultyLine(bytes, encoding ?? 'utf-8'));
  }
}

/** Text of a style sheet: `@charset`, otherwise UTF-8, otherwise GB18030 (style sheets rarely say). */
export function decodeStyleSheet(bytes: Uint8Array): string {
  try {
    return decodeText(bytes, (head) => /^@charset\s+"([^"]{1,40})"/i.exec(head)?.[1]);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
