/**
 * Session packages: what headquarters publishes for one site, as one signed file. Constants and types; the machinery is
 * in node/packages. See docs/protocol.md, "Session packages".
 *
 * The file: `PACKAGE_FORMAT`, a line feed, the header (canonical JSON), a line feed, headquarters' Ed25519 signature over
 * `PACKAGE_PURPOSE + "\n" + header` (base64url), a line feed, then the parts one after the other, as the header lists
 * them. Nothing else: each byte of it is under the signature, directly or by the hash of its part.
 */
import type { PlannedSubject, SessionPolicy } from './console.ts';

export type { PlannedSubject };

export const PACKAGE_FORMAT = 'gongyuan-package/1';
export const PACKAGE_PURPOSE = 'gongyuan/package/v1';
/** One part: the plan, sealed (age) for the box. */
export const PLAN_PART = 'plan.age';

export interface PackagePart {
  /** `plan.age`, or `<paper>/f0.age` … for sealed files of a paper. */
  name: string;
  bytes: number;
  sha256: string;
}

export interface PackageHeader {
  format: typeof PACKAGE_FORMAT;
  package: string;
  /** Grows by one for each package of this exam for this site; a box takes none that is not newer than its last. */
  number: number;
  /** `full` replaces what was sent before; an `addendum` only corrects or adds candidates. */
  kind: 'full' | 'addendum';
  site: string;
  exam: string;
  /** Headquarters' key that signs. */
  hq: string;
  /** Recipient of the plan: the box's. */
  to: string;
  /** Headquarters' wall times, milliseconds since 1970 UTC. After `expires` a box refuses it. */
  made: number;
  expires: number;
  parts: PackagePart[];
}

/** `plan.age`, opened: canonical JSON. */
export interface PackagePlan {
  exam: { exam: string; name: string };
  subjects: { code: string; name: string }[];
  entries: PlanEntry[];
  /** Empty in an addendum, as are papers and staff. */
  sessions: PlanSession[];
  papers: PlanPaper[];
  staff: PlanStaff[];
}

export interface PlanEntry {
  entry: string;
  candidate: string;
  idNumber: string;
  ticket: string;
  name: string;
  /** `male`, `female` or empty. */
  gender: string;
  school: string;
  subject: string;
}

export interface PlanSession {
  session: string;
  name: string;
  plannedStart: number;
  subjects: PlannedSubject[];
  policy: SessionPolicy;
  release: PlanRelease;
}

/**
 * How a session is opened. `keys` (age, base64) is sealed for `recipient`, the session's release identity, and holds the
 * papers' identities; who has that identity opens all papers of the session. It comes from headquarters, or is put
 * together from `n` of `m` release codes.
 */
export interface PlanRelease {
  recipient: string;
  n: number;
  m: number;
  keys: string;
}

/** Opened `PlanRelease.keys`: paper → `AGE-SECRET-KEY-1…`. */
export type ReleaseKeys = Record<string, string>;

export interface PlanPaper {
  paper: string;
  subject: string;
  label: string;
  /** Canonical manifest and headquarters' signature over it (protocol/sealed.ts). */
  manifest: string;
  manifestSig: string;
  items: number;
}

export interface PlanStaff {
  staff: string;
  login: string;
  name: string;
  role: 'administrator' | 'chief' | 'invigilator' | 'technician' | 'auditor';
  /** Argon2id in PHC form; empty: the site's administrator sets a password. */
  passwordHash: string;
}

/** A release sent over the line: canonical JSON, signed by headquarters over `RELEASE_PURPOSE`. */
export interface ReleaseDocument {
  v: 1;
  site: string;
  session: string;
  recipient: string;
  /** The release identity, sealed (age, base64) for the box's recipient. */
  sealed: string;
  hq: string;
  at: number;
}

export const RELEASE_PURPOSE = 'gongyuan/release/v1';

/** Release codes (node/release): Shamir shares on cards. */
export const RELEASE_CODE = {
  /** Characters of a code without blanks: 16 groups of four and a check character. */
  length: 80,
  /** Most shares (M); the field would allow 255, a card's header 15. */
  most: 15,
} as const;
