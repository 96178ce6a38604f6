/** Events that have passed their schemas, by kind. */
import type { EventBody, EventKind } from '#protocol/events.schema.ts';
import type { LedgerEvent } from '#protocol/ledger.ts';

export type EventOf<K extends EventKind> = LedgerEvent<K, EventBody<K>>;

/** The union over all kinds: a switch over `kind` knows the body. */
export type KnownEvent = { [K in EventKind]: EventOf<K> }[EventKind];
