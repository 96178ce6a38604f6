/**
 * Under load the writer lets the projections of answers wait for a moment: a batch of hundreds of revisions touches
 * hundreds of rows all over the file, and most of them are touched again in the next batch. The events themselves are
 * committed and synced before anything is acknowledged, as always; only tables that are made of them come later, and
 * the row of `ledger_deferred` says from which event on. After a crash they are made up from the events.
 */
import type { EventKind } from '#protocol/events.schema.ts';

/** Their projection lives in the writer's memory (StreamStates) and can wait. */
export const DEFERRED_KINDS: ReadonlySet<string> = new Set<EventKind>(['ANSWER_REVISED']);

/** Projected at once beside deferred revisions: they write absolute values that no deferred revision changes. */
const BESIDE: ReadonlySet<string> = new Set<EventKind>(['HEAD_SIGNED', 'CLOCK_ANCHOR']);

/** Any other event in a batch brings the projections up to date with it: a login starts from what there is. */
export function mayDeferBeside(kind: string): boolean {
  return DEFERRED_KINDS.has(kind) || BESIDE.has(kind);
}

export const DEFER = {
  /** Smaller batches are projected at once: at an exam's common pace nothing is ever deferred. */
  fromGroups: 64,
  /** Events behind at most; a restart makes them up in some tenths of a second. */
  events: 40_000,
  /** Revisions of one stream behind at most: fewer than the box keeps hashes of in memory. */
  ofOneStream: 128,
  /** Time behind at most. */
  ms: 2_000,
} as const;
