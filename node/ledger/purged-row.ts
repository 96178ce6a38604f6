/**
 * Ledger rows whose content was deleted (retention, docs/decisions/retention.md): instead of the event's bytes they hold
 * `#`, base64 of the leaf hash, a blank and the attempt. The tree, its tiles and checkpoints stay as they are. No event
 * begins like that: it is a JSON object.
 *
 * Whoever reads rows of the ledger meets them. In a batch for headquarters such a row travels as `{ leaf: purgedLeaf(text) }`.
 */
import { leafHash } from '#domain/ledger/merkle.ts';
import type { EventKind } from '#protocol/events.schema.ts';
import { ID_PATTERN } from '#protocol/ids.ts';
import { sha256 } from './sha256.ts';

/** Only answers are ever deleted: these kinds, and no other, may be such rows. */
export const PURGED_KINDS: ReadonlySet<string> = new Set<EventKind>([
  'ANSWER_REVISED',
  'REVISION_QUARANTINED',
]);

export interface PurgedRow {
  /** 32 bytes. */
  leaf: Uint8Array;
  attempt: string;
}

const ROW = new RegExp(`^#([A-Za-z0-9+/]{43}=) (${ID_PATTERN.slice(1, -1)})$`);

export function purgedText(leaf: Uint8Array, attempt: string): string {
  return `#${Buffer.from(leaf).toString('base64')} ${attempt}`;
}

/** What a row says whose content was deleted; null for an event's own bytes, and for anything else. */
export function readPurged(text: string): PurgedRow | null {
  if (!text.startsWith('#')) return null;
  const [, hash = '', attempt = ''] = ROW.exec(text) ?? [];
  const leaf = Buffer.from(hash, 'base64');
  // One spelling alone: the last character of the base64 has bits to spare.
  return leaf.length === 32 && leaf.toString('base64') === hash && attempt.startsWith('at_')
    ? { leaf, attempt }
    : null;
}

/** The same for a row's bytes: most are an event's own, and their first byte says so. */
export function readPurgedBytes(bytes: Buffer): PurgedRow | null {
  return bytes[0] === 0x23 ? readPurged(bytes.toString('latin1')) : null;
}

/** Leaf hash of a row whose content was deleted; null for every other text. */
export function purgedLeaf(text: string): Uint8Array | null {
  return readPurged(text)?.leaf ?? null;
}

/** Leaf hash of a row, whether its content is there or was deleted. */
export function leafOfRow(text: string): Uint8Array {
  return purgedLeaf(text) ?? leafHash(sha256, Buffer.from(text));
}
