/** Names of ZIP entries: which bytes mean which text, and which names may not be used. */
import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import type { ZipFaultCode } from '#domain/papers/import/package-limits.ts';

const UTF8_FLAG = 0x800;
/** Info-ZIP Unicode Path: version 1, CRC-32 of the raw name, name in UTF-8 (APPNOTE 4.6.9). */
const UNICODE_PATH = 0x7075;

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unicodePath(entry: Entry, raw: Buffer): string | undefined {
  const field = entry.extraFields.find((extra) => extra.id === UNICODE_PATH)?.data;
  if (field === undefined || field.length < 6 || field[0] !== 1) return undefined;
  if (field.readUInt32LE(1) !== crc32(raw)) return undefined;
  return decode(field.subarray(5), 'utf-8');
}

/** With the flag it is UTF-8. Without it: the Unicode extra field, UTF-8 (macOS forgets the flag), GB18030. */
function decodeName(entry: Entry, raw: Buffer): string | undefined {
  if ((entry.generalPurposeBitFlag & UTF8_FLAG) !== 0) return decode(raw, 'utf-8');
  return unicodePath(entry, raw) ?? decode(raw, 'utf-8') ?? decode(raw, 'gb18030');
}

/** A name for people where the true one cannot be shown. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, '\ufffd').slice(0, 200);
}

/** The normalised name; folders end in `/`. With a fault the name is for people only. */
export function decodeEntryName(entry: Entry): { name: string; fault?: ZipFaultCode } {
  const raw = entry.fileNameRaw;
  const text = decodeName(entry, raw);
  if (text === undefined) return { name: raw.toString('latin1').slice(0, 200), fault: 'zip/name' };
  const shown = printable(text);
  if (shown !== text || text.length === 0) return { name: shown, fault: 'zip/name' };
  if (text.includes('\\')) return { name: shown, fault: 'zip/backslash' };
  if (text.startsWith('/') || /^[A-Za-z]:/.test(text)) return { name: shown, fault: 'zip/absolute' };
  const parts = text
    .normalize('NFC')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || parts.length === 0) return { name: shown, fault: 'zip/traversal' };
  return { name: parts.join('/') + (text.endsWith('/') ? '/' : '') };
}
