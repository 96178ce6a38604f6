/**
 * Unpacks an XLSX with a bound on what comes out, and packs the XML parts again uncompressed for the spreadsheet library.
 * The library inflates whatever a ZIP claims, in memory and without a bound; here a workbook of 40 kB that would
 * become 4 GB stops at the limit, whatever sizes its directory claims.
 */
import { crc32 } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { fromBufferPromise } from 'yauzl';
import { ROSTER_READ_FAULTS } from '#domain/roster/read-faults.ts';
import { megabytes, type ReadLimits, RosterReadError } from './read-error.ts';

const MAX_PARTS = 4096;
/** Pictures, macros, printer settings and the like are not read at all. */
const WANTED_PART = /\.(xml|rels)$/i;
const UNWANTED_PART = /^(customXml|xl\/pivotCache)\//i;

/**
 * @returns an uncompressed ZIP with the parts of the workbook
 * @throws RosterReadError roster/read-damaged, roster/read-not-a-table (a ZIP, but no XLSX), roster/read-inflates-too-far
 */
export async function unpackWorkbook(bytes: Uint8Array, limits: ReadLimits): Promise<Uint8Array> {
  const parts = await readParts(bytes, limits);
  if (!parts.has('xl/workbook.xml')) throw new RosterReadError(ROSTER_READ_FAULTS.notATable);
  // The library exports its container module untyped; these are the calls its own XLSX writer makes.
  const container = XLSX.CFB as {
    utils: { cfb_new(): object; cfb_add(container: object, path: string, content: Uint8Array): void };
    write(container: object, options: { fileType: 'zip'; type: 'buffer'; compression: boolean }): Uint8Array;
  };
  const zip = container.utils.cfb_new();
  for (const [path, content] of parts) container.utils.cfb_add(zip, `/${path}`, content);
  return container.write(zip, { fileType: 'zip', type: 'buffer', compression: false });
}

async function readParts(bytes: Uint8Array, limits: ReadLimits): Promise<Map<string, Uint8Array>> {
  const tooFar = (): RosterReadError =>
    new RosterReadError(ROSTER_READ_FAULTS.inflatesTooFar, { limit: megabytes(limits.maxInflatedBytes) });
  const parts = new Map<string, Uint8Array>();
  let inflated = 0;
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, validateEntrySizes: true });
    if (zip.entryCount > MAX_PARTS) throw tooFar();
    for await (const entry of zip.eachEntry()) {
      const path = entry.fileName.replace(/^\//, '');
      if (!WANTED_PART.test(path) || UNWANTED_PART.test(path)) continue;
      if (entry.isEncrypted()) throw new RosterReadError(ROSTER_READ_FAULTS.password);
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        // No encoding is set on the stream, so its chunks are buffers.
        const piece = chunk as Buffer;
        inflated += piece.length;
        if (inflated > limits.maxInflatedBytes) throw tooFar();
        chunks.push(piece);
      }
      const content = Buffer.concat(chunks);
      // The library only notes a wrong checksum; a flipped bit could be somebody's name.
      if (crc32(content) !== entry.crc32) throw new RosterReadError(ROSTER_READ_FAULTS.damaged);
      parts.set(path, withPlainCharacters(content));
    }
  } catch (cause) {
    throw cause instanceof RosterReadError
      ? cause
      : new RosterReadError(ROSTER_READ_FAULTS.damaged, {}, cause);
  }
  return parts;
}

/**
 * The library mixes up character references and UTF-8: &#x20164; loses its upper half, &#183; becomes damage. References to
 * characters beyond ASCII are therefore written out before it sees them; some programs write all Chinese text that way, a few even
 * the two halves of a pair. Half a pair becomes U+FFFD here, which the preview reports as damage.
 */
function withPlainCharacters(xml: Buffer): Buffer {
  if (!xml.includes('&#')) return xml;
  const plain = xml
    .toString('utf8')
    .replace(/&#(?:x([0-9a-f]{1,8})|([0-9]{1,10}));/gi, (reference, hex, decimal) => {
      const codePoint = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
      return codePoint >= 0x80 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
    });
  return Buffer.from(plain, 'utf8');
}
