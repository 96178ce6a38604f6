/** What this machine keeps of an attempt beside its entries, in the store `attempts`; and of the box, in `meta`. */
import { type AttemptContent, hasAnswer } from '#domain/attempt/merge.ts';
import type { Answers } from '#protocol/paper.ts';
import type { StreamHead, StreamId } from '#protocol/revision.ts';
import type {
  AnswersMessage,
  AttemptState,
  AttemptStatus,
  Release,
  SignedReceipt,
} from '#protocol/socket.ts';
import type { JournalBase } from '../journal/journal.ts';
import type { KioskSnapshot } from './kiosk.types.ts';

export interface StoredContent {
  answers: Answers;
  marks: string[];
  item: string | null;
  plays: Record<string, { plays: number; ms: number }>;
  seen: string[];
}

/** A hand-in that was made on this machine; it stays the same however often it is sent. */
export interface Submission {
  by: 'person' | 'time';
  stream: StreamId;
  rev: number;
  hash: string;
  digest: string;
  at: number;
  sig: string;
}

export type StoredNotice = KioskSnapshot['notices'][number] & { told: boolean };

export interface AttemptRecord {
  v: 1;
  site: string;
  attempt: string;
  /** Epoch of the stream that this machine writes. */
  epoch: number;
  state: AttemptState;
  base: JournalBase & { content: StoredContent };
  /** Revisions whose content the box did not take. */
  refused: number[];
  /** What the box was last known to have of the stream. */
  acked: number;
  /** Head when a page first opened the journal since the box last agreed with it; null while it agrees. */
  openedAt: number | null;
  /** Kept until the session closes, so that a reload while the box is away opens the paper again. */
  release: Release | null;
  submission: Submission | null;
  receipt: SignedReceipt | null;
  receiptAgrees: boolean | null;
  /** Epoch of the box that gave the receipt. */
  receiptBoxEpoch: number | null;
  /** Why this machine may not write any more (machine change). */
  fenced: string | null;
  /** The box was told that the sealed paper is here. */
  readyTold: boolean;
  notices: StoredNotice[];
}

export function newRecord(
  site: string,
  state: AttemptState,
  base: JournalBase,
  content: AttemptContent,
): AttemptRecord {
  return {
    v: 1,
    site,
    attempt: state.attempt,
    epoch: state.epoch,
    state,
    base: { ...base, content: storedContent(content) },
    refused: [],
    acked: base.rev,
    openedAt: null,
    release: null,
    submission: null,
    receipt: null,
    receiptAgrees: null,
    receiptBoxEpoch: null,
    fenced: null,
    readyTold: false,
    notices: [],
  };
}

export function storedContent(content: AttemptContent): StoredContent {
  const { answers, item, plays } = content;
  return { answers, marks: [...content.marks], item, plays, seen: [...content.seen] };
}

export function contentOf(stored: StoredContent): AttemptContent {
  const { answers, item, plays } = stored;
  return { answers, marks: new Set(stored.marks), item, plays, seen: new Set(stored.seen) };
}

/** What the box says an attempt holds. It doesn't tell which items were seen: those with something in them were. */
export function contentOfBox(told: AnswersMessage): AttemptContent {
  const { answers, item, plays } = told;
  const answered = Object.keys(answers).filter((id) => Object.values(answers[id] ?? {}).some(hasAnswer));
  const seen = new Set([...answered, ...told.marks, ...(item === null ? [] : [item])]);
  return { answers, marks: new Set(told.marks), item, plays, seen };
}

const ORDER: readonly AttemptStatus[] = [
  'identified',
  'confirmed',
  'waiting',
  'writing',
  'ended',
  'submitted',
];

/**
 * The box's word over ours, with one exception: a box that comes back from an older copy may not know that the attempt
 * was begun; a candidate who writes is not sent back to the door for that.
 */
export function mergedState(known: AttemptState, heard: AttemptState): AttemptState {
  // Sent before this machine was given its present stream.
  const told = heard.epoch < known.epoch ? { ...heard, epoch: known.epoch, streams: known.streams } : heard;
  const begun = ORDER.indexOf(known.status) >= ORDER.indexOf('writing');
  if (!begun || ORDER.indexOf(told.status) >= ORDER.indexOf('writing')) return told;
  const { status, startedAt, endsAt, pausedAt, creditMs, earliestSubmitAt, paper } = known;
  return {
    ...told,
    status,
    startedAt,
    endsAt,
    pausedAt,
    creditMs,
    earliestSubmitAt,
    paper: told.paper ?? paper,
  };
}

export function headOf(state: AttemptState, epoch: number): StreamHead | null {
  return state.streams.find((head) => head.epoch === epoch) ?? null;
}

/** What is known of the box, in `meta` under `box`. */
export interface BoxInfo {
  site: string;
  siteName: string;
  box: string;
  boxEpoch: number;
  /** Keys of the site's boxes by id: a receipt may have been signed by the one before. */
  keys: Record<string, string>;
}

/** Which attempt this machine is on, in `meta` under `current`. */
export interface CurrentInfo {
  attempt: string | null;
  /** Finished and put away by `next()`; the box may go on naming it. */
  dismissed: string | null;
}
