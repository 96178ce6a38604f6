/** Canonical bytes of an event (RFC 8785), put together from parts that are canonical already. */
import canonicalize from 'canonicalize';
import type { Actor, LedgerEvent } from '#protocol/ledger.ts';

export interface EventParts {
  /** Box time in milliseconds. */
  at: number;
  attempt?: string | undefined;
  /** Canonical JSON of the body: for an answer, the client's own bytes. */
  body: string;
  by?: Actor | undefined;
  kind: string;
  wall: number;
}

/** The text whose UTF-8 bytes are hashed and stored. Canonical JSON nests, so the body's text goes in as it is. */
export function encodeEvent({ at, attempt, body, by, kind, wall }: EventParts): string {
  const who = attempt === undefined ? '' : `"attempt":"${attempt}",`;
  const from = by === undefined ? '' : `"by":${canonicalize(by)},`;
  return `{"at":${at},${who}"body":${body},${from}"kind":"${kind}","wall":${wall}}`;
}

export function decodeEvent(text: string): LedgerEvent {
  return JSON.parse(text) as LedgerEvent;
}
