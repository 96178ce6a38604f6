/**
 * A revision: one change of a candidate's answers, an entry in the hash chain of a stream. Constants and types only;
 * the rules (encoding, hashing, merging) are in domain/attempt. Described for strangers in docs/protocol.md.
 */
import type { ResponseValue } from './paper.ts';

/** A stream: one attempt on one machine. Written `attempt.epoch`, e.g. `at_7k2m….1`. */
export type StreamId = string;

export type RevisionOp =
  /** The whole value of a response; `null` clears it. */
  | { t: 'set'; resp: string; v: ResponseValue }
  /** Text change in UTF-16 units: at `at`, delete `del` units, insert `ins`. Base is the response's current text. */
  | { t: 'splice'; resp: string; at: number; del: number; ins: string }
  /** Marked for review, or not. */
  | { t: 'mark'; on: boolean }
  /** The candidate went to this item. */
  | { t: 'go' }
  /** A medium was played: how often it was started so far, and the position in milliseconds. */
  | { t: 'play'; media: string; plays: number; ms: number };

/** The canonical bytes (RFC 8785) of an entry are what is hashed, sent and stored. */
export interface Revision {
  /** Box time (elapsed milliseconds, see docs/protocol.md "Time") as the client reckons it when the change was made. */
  at: number;
  item: string;
  op: RevisionOp;
  /** base64url SHA-256 of the entry before; of the stream's genesis for rev 1. */
  prev: string;
  /** From 1, without gaps. */
  rev: number;
  stream: StreamId;
}

/** Place in a stream: `rev` 0 with the genesis hash when it is empty. */
export interface StreamHead {
  epoch: number;
  rev: number;
  hash: string;
}

export const STREAM_PURPOSE = 'gongyuan/stream/v1';
export const ANSWERS_PURPOSE = 'gongyuan/answers/v1';

/** What a device key or the box key signs; each begins with its purpose and a line feed. */
export const PURPOSE = {
  socket: 'gongyuan/socket/v1',
  head: 'gongyuan/head/v1',
  submit: 'gongyuan/submit/v1',
  receipt: 'gongyuan/receipt/v1',
} as const;

export const REVISION_LIMITS = {
  /** Largest encoded entry in bytes; longer text is sent as several splices. */
  entryBytes: 32 * 1024,
  /** Largest insertion of one splice in UTF-16 units, so that an entry always fits. */
  spliceUnits: 8_000,
  /** A full value at least every so many splices of a response, where it fits into an entry. */
  fullEvery: 20,
  /** Most entries in one frame. */
  perFrame: 64,
  /** Most revisions of one stream. */
  perStream: 200_000,
} as const;
