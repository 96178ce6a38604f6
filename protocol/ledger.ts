/** The ledger's formats: constants and types. Rules are in domain/ledger, the machinery in server/ledger. */

/** Leaves in one finished tile (C2SP tlog-tiles: height 8). */
export const TILE_WIDTH = 256;

/** Exported ledger: file names inside its folder. See docs/ledger.md. */
export const EXPORT_FILES = {
  events: 'events.jsonl',
  checkpoints: 'checkpoints.txt',
  about: 'ledger.json',
} as const;

/** Who did it and from where; absent for what the box does by itself. */
export interface Actor {
  /** Staff id, or machine id for candidates' machines. */
  staff?: string;
  machine?: string;
  /** IP address the request came from. */
  address?: string;
}

/**
 * An event as hashed and stored: canonical JSON (RFC 8785). Its number in the ledger is its leaf index in the tree and
 * is not among the bytes.
 */
export interface LedgerEvent<K extends string = string, B = unknown> {
  /** Box time in milliseconds. */
  at: number;
  attempt?: string;
  body: B;
  by?: Actor;
  kind: K;
  /** Wall time, milliseconds since 1970 UTC: a label. */
  wall: number;
}
