/** One event by itself: text, canonical form, envelope, kind and body. */
import canonicalize from 'canonicalize';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { EventKind } from '#protocol/events.schema.ts';
import type { LedgerEvent } from '#protocol/ledger.ts';
import { Count, id, strict, Text } from '#protocol/shapes.schema.ts';
import { faultOfBody, isKnownKind } from './event-bodies.ts';
import type { FaultList } from './faults.ts';

/** A row of the ledger as it lies on the disk. */
export interface RawEvent {
  seq: number;
  kind: string;
  attemptPrev: number | null;
  /** SQLite's storage class: anything but `text` was not written by us. */
  type: string;
  bytes: Buffer;
}

const envelope = Compile(
  strict({
    at: Count,
    attempt: Type.Optional(id('attempt')),
    body: Type.Unknown(),
    by: Type.Optional(
      strict({
        staff: Type.Optional(Text(64)),
        machine: Type.Optional(Text(64)),
        address: Type.Optional(Text(64)),
      }),
    ),
    kind: Text(64, 1),
    wall: Type.Integer(),
  }),
);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The event, if it can be read as one at all; every fault of its form is added. */
export function readEvent(raw: RawEvent, faults: FaultList): LedgerEvent<EventKind> | null {
  const { seq } = raw;
  let text: string;
  let value: unknown;
  try {
    if (raw.type !== 'text') throw new TypeError(`stored as ${raw.type}`);
    text = utf8.decode(raw.bytes);
  } catch (error) {
    faults.add('event/encoding', wordsOf(error), seq);
    return null;
  }
  try {
    value = JSON.parse(text);
    const again = canonicalize(value);
    if (again !== text) faults.add('event/form', 'the bytes differ from their canonical form', seq);
  } catch (error) {
    faults.add('event/form', wordsOf(error), seq);
    return null;
  }
  if (!envelope.Check(value)) {
    const [first] = envelope.Errors(value);
    faults.add('event/envelope', `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim(), seq);
    return null;
  }
  const { kind } = value;
  if (kind !== raw.kind) faults.add('event/kind', `${kind} in a row of ${JSON.stringify(raw.kind)}`, seq);
  if (!isKnownKind(kind)) {
    if (kind === raw.kind) faults.add('event/kind', `unknown kind ${kind}`, seq);
    return null;
  }
  const fault = faultOfBody(kind, value.body);
  if (fault !== null) {
    faults.add('event/body', `${kind} ${fault}`, seq);
    return null;
  }
  return { ...value, kind } as LedgerEvent<EventKind>; // checked above, field by field
}

/** A parser's message may quote what it read: answers do not belong in a report. */
function wordsOf(error: unknown): string {
  return error instanceof SyntaxError ? 'not JSON' : error instanceof Error ? error.message : String(error);
}
