/**
 * A package from outside, unpacked into memory and never onto a disk (a paper must not touch one in the open). Everything
 * a ZIP file can do beside carrying files is refused: paths that lead out, links, encryption, bombs, two files of one
 * name, damaged content. Names come back as `folder/file.xml`, normalised (NFC, no `./`, no doubled slashes).
 */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { ZipFault, ZipFaultCode } from '#domain/papers/import/package-limits.ts';
import { ZIP_LIMITS, type ZipLimits } from '#domain/papers/import/package-limits.ts';
import { decodeEntryName } from './entry-name.ts';

export interface Unpacked {
  files: Map<string, Uint8Array>;
  /** Empty where the package is sound. With faults, `files` must not be used. */
  faults: ZipFault[];
}

class ZipStop extends Error {
  readonly code: ZipFaultCode;

  constructor(code: ZipFaultCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Packers of macOS and Windows add these; nobody refers to them. */
function isLitter(name: string): boolean {
  return /^__MACOSX\//.test(name) || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(name);
}

/** Unix file type in the upper half of the external attributes; 0 where the packer wrote none. */
function fileType(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0xf000;
}

export interface Named {
  entry: Entry;
  name: string;
}

/** What the directory of the ZIP file says about an entry, before any byte of it is inflated. */
function checkEntry(
  entry: Entry,
  limits: ZipLimits,
): { name: string; fault?: ZipFaultCode; folder: boolean } {
  const decoded = decodeEntryName(entry);
  const folder = decoded.name.endsWith('/');
  if (decoded.fault !== undefined) return { name: decoded.name, fault: decoded.fault, folder };
  const type = fileType(entry);
  let fault: ZipFaultCode | undefined;
  if (type === 0xa000) fault = 'zip/symlink';
  else if (type !== 0 && type !== 0x8000 && type !== 0x4000) fault = 'zip/special-file';
  else if (entry.isEncrypted()) fault = 'zip/encrypted';
  else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) fault = 'zip/method';
  else if (entry.uncompressedSize > limits.entryBytes) fault = 'zip/entry-too-large';
  else if (isBomb(entry.uncompressedSize, entry.compressedSize, limits)) fault = 'zip/bomb';
  return { name: decoded.name, folder, ...(fault === undefined ? {} : { fault }) };
}

function isBomb(plain: number, packed: number, limits: ZipLimits): boolean {
  return plain > limits.ratioFromBytes && plain > packed * limits.ratio;
}

/** Inflates one entry; the declared size binds, so that a lying header is caught at the first byte too many. */
export async function inflate(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let crc = 0;
  let size = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new ZipStop('zip/damaged', 'not bytes');
    size += chunk.length;
    if (size > entry.uncompressedSize) {
      stream.destroy();
      throw new ZipStop('zip/bomb', 'larger than its directory says');
    }
    crc = crc32(chunk, crc);
    chunks.push(chunk);
  }
  if (size !== entry.uncompressedSize) throw new ZipStop('zip/damaged', 'shorter than its directory says');
  if (crc !== entry.crc32) throw new ZipStop('zip/crc', 'checksum differs');
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

/** yauzl tells damage only in words; they are sorted here into the two cases that people treat differently. */
export function damage(error: unknown): { code: ZipFaultCode; detail: string } {
  if (error instanceof ZipStop) return { code: error.code, detail: error.message };
  const words = error instanceof Error ? error.message : String(error);
  if (/too many bytes/.test(words)) return { code: 'zip/bomb', detail: words };
  if (/End of central directory|unexpected EOF|overflows file bounds|reached end of file/i.test(words))
    return { code: 'zip/truncated', detail: words };
  if (/strong encryption|is encrypted/.test(words)) return { code: 'zip/encrypted', detail: words };
  return { code: 'zip/damaged', detail: words.slice(0, 200) };
}

export async function list(zip: ZipFile, limits: ZipLimits, faults: ZipFault[]): Promise<Named[]> {
  const named: Named[] = [];
  const seen = new Set<string>();
  let plain = 0;
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    const { name, fault, folder } = checkEntry(entry, limits);
    if (fault !== undefined) {
      faults.push({ code: fault, file: name, detail: '' });
      continue;
    }
    if (folder || isLitter(name)) continue;
    if (seen.has(name)) {
      faults.push({ code: 'zip/duplicate', file: name, detail: '' });
      continue;
    }
    seen.add(name);
    plain += entry.uncompressedSize;
    packed += entry.compressedSize;
    named.push({ entry, name });
  }
  if (plain > limits.totalBytes)
    faults.push({ code: 'zip/total-too-large', file: '', detail: `${plain} bytes unpacked` });
  // Entries that share one stream of bytes ("overlapping" bombs) claim more than the file has.
  else if (packed > zip.fileSize) faults.push({ code: 'zip/bomb', file: '', detail: 'entries overlap' });
  return named;
}

/**
 * @param bytes the whole ZIP file.
 * @returns every fault that can be told, not just the first; never rejects for bad input.
 */
export async function readZip(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): Promise<Unpacked> {
  const files = new Map<string, Uint8Array>();
  const faults: ZipFault[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 4 || buffer.readUInt16LE(0) !== 0x4b50)
    return { files, faults: [{ code: 'zip/not-zip', file: '', detail: '' }] };
  try {
    // Names as bytes: yauzl would read those without the UTF-8 flag as CP437, Chinese packers write GBK.
    const zip = await yauzl.fromBufferPromise(buffer, { decodeStrings: false, validateEntrySizes: true });
    if (zip.entryCount > limits.entries)
      return {
        files,
        faults: [{ code: 'zip/too-many-entries', file: '', detail: `${zip.entryCount} entries` }],
      };
    const named = await list(zip, limits, faults);
    if (faults.length > 0) return { files, faults };
    for (const { entry, name } of named) {
      try {
        files.set(name, await inflate(zip, entry));
      } catch (error) {
        faults.push({ file: name, ...damage(error) });
      }
    }
  } catch (error) {
    faults.push({ file: '', ...damage(error) });
  }
  return { files, faults };
}
