/**
 * Batches: a range of one ledger's events on its way to headquarters, over the line or on a stick. Constants and types;
 * the machinery is in node/sync. See docs/protocol.md, "Batches".
 *
 * A batch file is age v1 (binary) for headquarters' recipients. Inside it is gzip, and inside that UTF-8 lines, each
 * ended by a line feed:
 *   1  the header, canonical JSON (RFC 8785)
 *   2  Ed25519 signature of the box (base64url) over `BATCH_PURPOSE + "\n" + header`
 *   3… one line an event, in order: its stored bytes, or `#` and the base64 of its leaf hash where it is withheld
 * So `age -d -i KEY batch.age | gunzip` shows everything.
 */

export const BATCH_FORMAT = 'gongyuan-batch/1';
export const BATCH_PURPOSE = 'gongyuan/batch/v1';
export const BATCH_RECEIPT_PURPOSE = 'gongyuan/batch-receipt/v1';

/** A batch ends before it would pass one of these; an event larger than them travels alone. */
export const BATCH_LIMITS = {
  events: 4_096,
  plainBytes: 2 * 1024 * 1024,
  /** What headquarters takes at most: one event is at most 8 MiB. */
  plainMost: 12 * 1024 * 1024,
  cipherMost: 12 * 1024 * 1024,
} as const;

/** Names a batch for good: age is randomised, so files differ, and this does not. */
export interface BatchKey {
  /** Headquarters' code of the site. */
  site: string;
  /** Origin of the ledger, `site/box/epoch`, as in its checkpoints. */
  ledger: string;
  /** Numbers of the first and the last event, both within. */
  first: number;
  last: number;
  /** base64 of the tree's root over the events 0…last. */
  root: string;
}

export interface BatchHeader extends BatchKey {
  format: typeof BATCH_FORMAT;
  box: string;
  boxEpoch: number;
  /** The box's Ed25519 key, raw, base64url. */
  key: string;
  /**
   * Roots (base64) of the perfect subtrees that make up the events before `first`, from the left: with the leaves here
   * they give `root`, so that a batch proves itself before its predecessors have come.
   */
  before: string[];
  /** Signed checkpoints whose size lies in (first, last + 1]. */
  checkpoints: string[];
  /** How many lines are leaf hashes. */
  withheld: number;
  /** Headquarters' Ed25519 key and age recipients that the file is made for. */
  hq: string;
  to: string[];
  /** The box's wall time, milliseconds since 1970 UTC: a label. */
  made: number;
}

/** What headquarters signs when a batch is safe there: canonical JSON over `BATCH_RECEIPT_PURPOSE`. */
export interface BatchReceipt extends BatchKey {
  v: 1;
  /** Headquarters' key that signs. */
  hq: string;
  /** The box's key that the batch was signed with. */
  key: string;
  events: number;
  /** Headquarters' wall time. */
  taken: number;
}

export interface SignedReceipt {
  /** The bytes that were signed. */
  text: string;
  signature: string;
}
