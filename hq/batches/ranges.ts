/** Compact ranges as the database keeps them: base64 hashes, from the left. */
import { type CompactRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { sha256 } from '#node/ledger/sha256.ts';

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export function rangeFrom(size: number, hashes: readonly string[]): CompactRange {
  return { size, hashes: hashes.map((hash) => Buffer.from(hash, 'base64')) };
}

export const rangeTexts = ({ hashes }: CompactRange): string[] => hashes.map(base64);

export const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i]);

/** base64 of the root; empty for no events. */
export function rootText(size: number, hashes: readonly string[]): string {
  return size === 0 ? '' : base64(rootOfRange(sha256, rangeFrom(size, hashes)));
}
