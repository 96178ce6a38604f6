/** What the console's pages under *Deliver* are told: headquarters, packages, release codes, requests, retention. */
import type { LedgerStanding, PackageOffer, RequestKind } from './hq.ts';
import type { PlanEntry } from './package.ts';

/** Words for a count of events: here, on the way, acknowledged. */
export interface HqState {
  /** Null: not connected to any headquarters. */
  connection: {
    url: string;
    site: string;
    name: string;
    /** Fingerprint of headquarters' key for people: 5 groups of 4. */
    fingerprint: string;
    since: number;
  } | null;
  ledger: string;
  /** Events here, and base64 of the root over them. */
  size: number;
  root: string;
  /** Events packed into batches that have no receipt yet. */
  underway: number;
  /** Events with receipts, without a gap from 0, and the root over them as worked out here. */
  acknowledged: number;
  acknowledgedRoot: string;
  /** What headquarters says that it has; null before the first answer. */
  standing: LedgerStanding | null;
  /** Both sides' roots at headquarters' size agree; null where nothing can be compared yet. */
  agrees: boolean | null;
  /** Ranges that headquarters lacks below what it has. */
  gaps: { first: number; last: number }[];
  media: { here: number; acknowledged: number };
  /** Wall times, null before the first. */
  lastTry: number | null;
  lastSuccess: number | null;
  nextTry: number | null;
  /** Why the last try failed: a code of the catalogue. */
  fault: { code: string; detail: string } | null;
  syncing: boolean;
}

export interface BatchRow {
  batch: string;
  ledger: string;
  first: number;
  last: number;
  root: string;
  bytes: number;
  made: number;
  state: 'ready' | 'taken' | 'refused';
  taken: number | null;
  code: string | null;
}

export interface PackagesState {
  /** What headquarters offered last. */
  offers: PackageOffer[];
  taken: { package: string; exam: string; number: number; kind: string; wall: number; way: string }[];
  /** What comes over the line now, and how far it is; a fetch of the same package joins it. */
  fetching: { package: string; bytes: number; of: number } | null;
  /** What was read and waits to be confirmed. */
  preview: PackagePreview | null;
}

/** A package that was read and found good; it takes effect when it is confirmed. */
export interface PackagePreview {
  token: string;
  package: string;
  number: number;
  kind: 'full' | 'addendum';
  exam: { exam: string; name: string };
  made: number;
  /** What differs from what is here. */
  changes: PackageChange[];
  counts: { entries: number; sessions: number; papers: number; staff: number; bytes: number };
}

export interface PackageChange {
  what: 'exam' | 'subject' | 'entry' | 'session' | 'paper' | 'staff';
  how: 'added' | 'changed' | 'removed';
  /** What it is called by people: a name and number. */
  name: string;
  /** For `changed`: each field with what it was and will be. */
  fields: { field: string; before: string; after: string }[];
}

export interface ReleaseState {
  session: string;
  /** Null: nothing about this session came from headquarters (the site's own papers open without a release). */
  release: {
    n: number;
    m: number;
    /** Codes taken so far and by whom (staff ids), and until when they are kept (box time). */
    taken: { staff: string; name: string; index: number }[];
    until: number | null;
    /** The papers can be opened. */
    received: boolean;
    way: 'headquarters' | 'codes' | null;
  } | null;
}

export interface RequestRow {
  request: string;
  kind: RequestKind;
  exam: string;
  reason: string;
  asked: number;
  staff: string;
  attempt: string | null;
  /** Candidate concerned, by name and ticket. */
  person: { name: string; ticket: string } | null;
  entry: PlanEntry | null;
  text: string;
  state: 'asked' | 'granted' | 'refused';
  decided: number | null;
  by: 'headquarters' | 'chief' | null;
  answer: string;
}

/** Why nothing may be deleted now: codes of the catalogue. */
export type PurgeHold =
  | 'purge/no-headquarters'
  | 'purge/running'
  | 'purge/not-acknowledged'
  | 'purge/too-early';

export interface PurgeState {
  session: string;
  /** From when it may be done (wall time); null: not everything has a receipt yet. */
  from: number | null;
  hold: PurgeHold | null;
  days: number;
  /** Files that are here and that no other session needs. */
  photos: number;
  uploads: number;
  materials: number;
  registered: number;
  reports: number;
  /** Attempts whose answers are here, and revisions in them. */
  attempts: number;
  answers: number;
  asked: { purge: string; staff: string; name: string; wall: number; reason: string } | null;
  /** The last deletion. */
  done: { wall: number; files: number; attempts: number } | null;
  /** A deletion is recorded and its last traces are still to be wiped from the disk. */
  finishing: boolean;
}
