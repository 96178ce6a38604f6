/**
 * Room for a signature in a finished PDF of our own, as an incremental update: the bytes before stay as they are.
 * Reads what pdfkit writes (one classic cross-reference table, plain dictionaries) and refuses anything else.
 */

/** What @signpdf looks for and replaces. */
const BYTE_RANGE = '/ByteRange [0 /********** /********** /**********]';
/** Signature and two certificates come to about 1.6 kB; the rest stays zero. */
const SIGNATURE_BYTES = 4_096;
const MAX_OBJECTS = 1_000_000;

export interface SignatureField {
  reason: string;
  location: string;
  name: string;
  when: Date;
}

interface Trailer {
  size: number;
  root: number;
  info: string | null;
  id: string | null;
  /** Offset of its table. */
  at: number;
}

/** The PDF with an invisible signature field on its first page. Throws `TypeError` for a PDF that is not of our making. */
export function withSignatureField(pdf: Buffer, field: SignatureField): Buffer {
  const { trailer, offsets } = readTable(pdf);
  const catalog = objectAt(pdf, offsets, trailer.root);
  if (entries(catalog).has('AcroForm')) throw new TypeError('this PDF has a form already');
  const pages = objectAt(pdf, offsets, reference(catalog, 'Pages'));
  const first = firstPage(pdf, offsets, pages);
  const signature = trailer.size;
  const widget = trailer.size + 1;

  const objects: [number, string][] = [
    [trailer.root, withEntry(catalog, `/AcroForm << /SigFlags 3 /Fields [${widget} 0 R] >>`)],
    [first.number, withAnnotation(first.text, widget)],
    [
      signature,
      `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${BYTE_RANGE} /Contents <${'0'.repeat(SIGNATURE_BYTES * 2)}> /Reason ${text(field.reason)} /Location ${text(field.location)} /Name ${text(field.name)} /M (${pdfDate(field.when)}) >>`,
    ],
    [
      widget,
      `<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [0 0 0 0] /T (Signature) /V ${signature} 0 R /P ${first.number} 0 R >>`,
    ],
  ];

  let body = pdf.at(-1) === 0x0a ? '' : '\n';
  const table: [number, number][] = [];
  for (const [number, dictionary] of objects) {
    table.push([number, pdf.length + body.length]);
    body += `${number} 0 obj\n${dictionary}\nendobj\n`;
  }
  const at = pdf.length + body.length;
  body += `xref\n${sections(table)}trailer\n<< /Size ${widget + 1} /Root ${trailer.root} 0 R /Prev ${trailer.at}`;
  if (trailer.info !== null) body += ` /Info ${trailer.info}`;
  if (trailer.id !== null) body += ` /ID ${trailer.id}`;
  body += ` >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([pdf, Buffer.from(body, 'latin1')]);
}

/** Entries of a cross-reference table are 20 bytes, in runs of consecutive numbers. */
function sections(table: [number, number][]): string {
  let lines = '';
  let run: [number, number][] = [];
  const flush = () => {
    if (!run[0]) return;
    lines += `${run[0][0]} ${run.length}\n`;
    for (const [, offset] of run) lines += `${String(offset).padStart(10, '0')} 00000 n \n`;
    run = [];
  };
  for (const entry of [...table].sort(([a], [b]) => a - b)) {
    const last = run.at(-1);
    if (last && entry[0] !== last[0] + 1) flush();
    run.push(entry);
  }
  flush();
  return lines;
}

function readTable(pdf: Buffer): { trailer: Trailer; offsets: Map<number, number> } {
  const start = pdf.lastIndexOf('startxref');
  const at = Number(/^startxref\s+(\d{1,12})\s/.exec(slice(pdf, start, 40))?.[1] ?? Number.NaN);
  const end = start < 0 ? -1 : pdf.indexOf('trailer', at);
  if (!(at > 0 && at < start && end > at && end < start)) throw new TypeError('no classic xref table');
  const lines = pdf
    .toString('latin1', at, end)
    .trim()
    .split(/\s*\n\s*/);
  if (lines.shift() !== 'xref') throw new TypeError('no classic xref table');
  const offsets = new Map<number, number>();
  while (lines.length > 0) {
    const [from = Number.NaN, count = Number.NaN] = (lines.shift() ?? '').split(' ').map(Number);
    if (!(from >= 0 && count >= 0 && from + count <= MAX_OBJECTS)) throw new TypeError('a broken xref table');
    for (let i = 0; i < count; i++) {
      const match = /^(\d{10}) \d{5} ([nf])$/.exec(lines.shift() ?? '');
      if (!match) throw new TypeError('a broken xref table');
      if (match[2] === 'n') offsets.set(from + i, Number(match[1]));
    }
  }
  const dictionary = dictionaryAt(pdf, end + 'trailer'.length);
  const found = entries(dictionary);
  if (found.has('Prev') || found.has('Encrypt')) throw new TypeError('a PDF that was changed or encrypted');
  const size = Number(found.get('Size'));
  if (!(size > 0 && size <= MAX_OBJECTS)) throw new TypeError('a broken trailer');
  return {
    offsets,
    trailer: {
      size,
      root: reference(dictionary, 'Root'),
      info: found.get('Info') ?? null,
      id: found.get('ID') ?? null,
      at,
    },
  };
}

function firstPage(
  pdf: Buffer,
  offsets: ReadonlyMap<number, number>,
  pages: string,
): { number: number; text: string } {
  let node = pages;
  for (let depth = 0; depth < 8; depth++) {
    const number = Number(/^\[\s*(\d+) 0 R/.exec(entries(node).get('Kids') ?? '')?.[1] ?? Number.NaN);
    node = objectAt(pdf, offsets, number);
    if (entries(node).get('Type') === '/Page') return { number, text: node };
  }
  throw new TypeError('no first page');
}

function objectAt(pdf: Buffer, offsets: ReadonlyMap<number, number>, number: number): string {
  const at = offsets.get(number) ?? -1;
  const head = new RegExp(`^${number} 0 obj\\s`).exec(slice(pdf, at, 30));
  if (at < 0 || !head) throw new TypeError(`object ${number} is not where the table says`);
  return dictionaryAt(pdf, at + head[0].length);
}

function reference(dictionary: string, key: string): number {
  const match = /^(\d+) 0 R$/.exec(entries(dictionary).get(key) ?? '');
  if (!match) throw new TypeError(`/${key} is no reference`);
  return Number(match[1]);
}

function withEntry(dictionary: string, entry: string): string {
  return `${dictionary.slice(0, -2)}${entry}\n>>`;
}

function withAnnotation(page: string, widget: number): string {
  const annotations = entries(page).get('Annots');
  if (annotations === undefined) return withEntry(page, `/Annots [${widget} 0 R]`);
  if (!annotations.startsWith('[')) throw new TypeError('/Annots is not in its page');
  const at = page.indexOf(annotations, page.indexOf('/Annots'));
  return `${page.slice(0, at)}${annotations.slice(0, -1)} ${widget} 0 R]${page.slice(at + annotations.length)}`;
}

function slice(pdf: Buffer, from: number, length: number): string {
  return from < 0 ? '' : pdf.toString('latin1', from, Math.min(pdf.length, from + length));
}

/** Longest dictionary that we look into; a page with links of a whole book stays far below. */
const MAX_DICTIONARY = 1_000_000;
/** A name, a string in brackets, a hex string, the two-letter brackets, or a bare word. */
const TOKEN = /\/[^\s/<>[\]()]*|\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|[[\]]|[^\s/<>[\]()]+/y;

function dictionaryAt(pdf: Buffer, from: number): string {
  const window = slice(pdf, from, MAX_DICTIONARY);
  const start = window.indexOf('<<');
  if (start < 0 || window.slice(0, start).trim() !== '') throw new TypeError('no dictionary');
  let depth = 0;
  for (const { token, end } of tokens(window, start)) {
    if (token === '<<') depth += 1;
    else if (token === '>>') depth -= 1;
    if (depth === 0) return window.slice(start, end);
  }
  throw new TypeError('a dictionary without an end');
}

function* tokens(source: string, from: number): Generator<{ token: string; start: number; end: number }> {
  let at = from;
  for (;;) {
    while (/\s/.test(source[at] ?? '')) at += 1;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source)?.[0];
    if (token === undefined || token === '') return;
    yield { token, start: at, end: at + token.length };
    at += token.length;
  }
}

/** Keys of the dictionary itself (not of those within) and their values as written. */
function entries(dictionary: string): Map<string, string> {
  const found = new Map<string, string>();
  let depth = 0;
  let key: string | null = null;
  let from = 0;
  let end = 0;
  const take = () => {
    if (key !== null) found.set(key, dictionary.slice(from, end).trim());
    key = null;
  };
  for (const { token, start, end: after } of tokens(dictionary, 0)) {
    if (token === '>>' || token === ']') depth -= 1;
    if (depth === 0 && token === '>>') take();
    // A name is a value where a key waits for its own.
    else if (depth === 1 && token.startsWith('/') && (key === null || from < start)) {
      take();
      key = token.slice(1);
      from = after;
      while (/\s/.test(dictionary[from] ?? '')) from += 1;
    }
    if (token === '<<' || token === '[') depth += 1;
    end = after;
  }
  return found;
}

/** UTF-16 with a mark, in hexadecimal: any text, and no bracket to escape. */
function text(value: string): string {
  const bytes = Buffer.from(`\ufeff${value.toWellFormed()}`, 'utf16le').swap16();
  return `<${bytes.toString('hex')}>`;
}

function pdfDate(when: Date): string {
  return `D:${when.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
}
