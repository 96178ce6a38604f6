/**
 * What box and headquarters say to each other beside batches and packages: who they are, how a site is enrolled, what it
 * asks for and what it is told. A headquarters with a system of its own implements the routes of protocol/hq.routes.ts
 * that are `site` or `public`; docs/hq-openapi.json describes them.
 */
import type { BatchKey, SignedReceipt } from './batch.ts';

export const HQ_IDENTITY_PURPOSE = 'gongyuan/hq/v1';
export const HQ_ENROL_PURPOSE = 'gongyuan/hq-enrolment/v1';
export const HQ_TOKEN_PURPOSE = 'gongyuan/hq-token/v1';
export const DECISION_PURPOSE = 'gongyuan/decision/v1';
export const COURIER_PURPOSE = 'gongyuan/courier/v1';

/** Headquarters says who it is; `signature` is over canonical JSON of the rest. */
export interface HqIdentity {
  name: string;
  /** Ed25519, raw, base64url. */
  key: string;
  /** age recipients: the online one first, then those kept elsewhere (escrow). */
  recipients: string[];
  version: string;
  signature: string;
}

/**
 * A one-time enrolment code: 10 random bytes and the first 10 of SHA-256 of headquarters' raw key, in 32 characters of
 * Crockford base32 and 2 check characters, in groups. Whoever types it has thereby named the headquarters meant.
 */
export const ENROLMENT_CODE_BYTES = { secret: 10, fingerprint: 10 } as const;

/** What a box says of itself: canonical JSON, signed over `HQ_ENROL_PURPOSE`. */
export interface EnrolmentClaim {
  v: 1;
  /** Headquarters' key that the claim is for. */
  hq: string;
  /** base64url SHA-256 of the code's secret bytes: the code itself does not travel. */
  code: string;
  box: string;
  boxEpoch: number;
  key: string;
  /** Origin of its ledger, `site/box/epoch`. */
  ledger: string;
  /** age recipient of the box. */
  recipient: string;
  siteName: string;
}

export interface EnrolmentAnswer {
  site: string;
  name: string;
}

/** Signed by the box over `HQ_TOKEN_PURPOSE`: canonical JSON. No clock of the box is in it. */
export interface TokenClaim {
  v: 1;
  hq: string;
  site: string;
  key: string;
  /** As headquarters gave it. */
  nonce: string;
}

/** What the box tells of itself at each exchange; people at headquarters see it. Nothing depends on it. */
export interface SiteReport {
  /** The box's wall time. */
  wall: number;
  version: string;
  ledger: string;
  /** Events in the ledger and base64 of the root over them. */
  size: number;
  root: string;
  /** Events with a receipt. */
  acknowledged: number;
  sessions: SiteSessionReport[];
}

export interface SiteSessionReport {
  session: string;
  name: string;
  plannedStart: number;
  state: 'planned' | 'open' | 'running' | 'ended';
  candidates: number;
  signedIn: number;
  handedIn: number;
}

/** What headquarters has of one ledger (and of one branch of it, where there are several). */
export interface LedgerStanding {
  ledger: string;
  branch: number;
  /** Events without a gap from 0, and base64 of the root over them (empty for 0). */
  size: number;
  root: string;
  /** Ranges that have come beyond a gap: first and last event. */
  beyond: { first: number; last: number }[];
}

export interface SiteStatus {
  /** Headquarters' wall time. */
  now: number;
  standings: LedgerStanding[];
  /** Highest number of a package for this site, by exam. */
  packages: PackageOffer[];
  /** Sessions whose release may be fetched now. */
  releases: string[];
  /** Number of the last decision. */
  decisions: number;
}

export interface PackageOffer {
  package: string;
  exam: string;
  number: number;
  kind: 'full' | 'addendum';
  bytes: number;
  sha256: string;
  made: number;
}

/** Announcing a batch; the answer says from which byte to go on. */
export interface BatchOffer extends BatchKey {
  /** Of the file. */
  bytes: number;
  sha256: string;
}

export type BatchState =
  | { state: 'receiving'; batch: string; offset: number }
  | { state: 'taken'; batch: string; receipt: SignedReceipt }
  | { state: 'refused'; batch: string; code: string; detail: string };

/** What a site may ask of headquarters. */
export const REQUEST_KINDS = ['resit', 'addendum', 'late-change'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Headquarters' answer to a request: canonical JSON, signed over `DECISION_PURPOSE`. */
export interface Decision {
  v: 1;
  /** Grows by one for each decision for this site. */
  number: number;
  site: string;
  request: string;
  granted: boolean;
  reason: string;
  /** Who decided, by name. */
  officer: string;
  hq: string;
  at: number;
}

export interface SignedDocument {
  text: string;
  signature: string;
}

/** Photos and other files, after the answers: announced by hash, sent by tus (https://tus.io/protocols/resumable-upload 1.0). */
export const MEDIA_KINDS = ['upload', 'photo', 'material'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];
export const MEDIA_MOST_BYTES = 250 * 1024 * 1024;

/**
 * Courier: one file on a stick, `COURIER_FORMAT`, a line feed, an index (canonical JSON `CourierIndex`), a line feed, the
 * box's signature over `COURIER_PURPOSE + "\n" + index`, a line feed, the batch files one after the other.
 */
export const COURIER_FORMAT = 'gongyuan-courier/1';
export interface CourierIndex {
  site: string;
  hq: string;
  key: string;
  made: number;
  batches: BatchOffer[];
}

/** What comes back on the stick: JSON. */
export const RECEIPTS_FORMAT = 'gongyuan-receipts/1';
export interface ReceiptsFile {
  format: typeof RECEIPTS_FORMAT;
  site: string;
  receipts: SignedReceipt[];
  /** Refused ones, so that the site hears of them. */
  refused: { batch: BatchKey; code: string; detail: string }[];
}

/**
 * Bodies of the routes with which a box proves who it is. The token of the answer goes with each `site` route as
 * `authorization: Bearer TOKEN`; when headquarters answers 401, the box asks for another.
 * `POST enrolments`: `SignedDocument` of an `EnrolmentClaim` → `EnrolmentAnswer`. `POST challenges`: `ChallengeBody` →
 * `Challenge`. `POST tokens`: `SignedDocument` of a `TokenClaim` → `TokenAnswer`.
 */
export interface ChallengeBody {
  site: string;
  key: string;
}
export interface Challenge {
  nonce: string;
}
export interface TokenAnswer {
  token: string;
  /** How long it is good, seconds: the box asks for another before, by its monotonic clock. */
  seconds: number;
}

/**
 * `POST site/batches`: `BatchOffer` → `BatchState`. `GET site/batches/:batch` → `BatchState`. `PATCH site/batches/:batch`
 * with bytes of the file (`application/octet-stream`) from the offset in the header `BATCH_OFFSET_HEADER` → `BatchState`;
 * 409 where headquarters is at another offset (the box then asks where).
 */
export const BATCH_OFFSET_HEADER = 'upload-offset';

/** `POST site/media/missing`: which of these files (SHA-256, hex) headquarters lacks. At most `MEDIA_ASKED` at once. */
export interface MediaMissingBody {
  sha256: string[];
}
export interface MediaMissing {
  missing: string[];
}
/** Hashes in one question; the files' tus `upload-metadata` are `sha256` (hex) and `kind` (a `MediaKind`). */
export const MEDIA_ASKED = 500;
