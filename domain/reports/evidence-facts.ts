/** What reports that prove something are made of besides the facts of the session: events with their proofs, and answers. */

import type { EventKind } from '#protocol/events.schema.ts';
import type { Answers, Paper } from '#protocol/paper.ts';

/** An event of the ledger as a report tells it. */
export interface EventFacts {
  /** Number in the ledger: the leaf's index. */
  seq: number;
  kind: EventKind;
  wall: number;
  attempt: string | null;
  /** Name of the attempt's candidate; null for an event of no single candidate. */
  name: string | null;
  /** Who did it; empty where nobody signed in did. */
  staffName: string;
  machine: string | null;
  address: string | null;
  /** As the ledger has it; only words made from it are printed. */
  body: Record<string, unknown>;
  /** Leaf hash of RFC 6962, base64url. */
  leaf: string;
  /** Audit path up to the root of the checkpoint, base64url; null for an event after it. */
  proof: string[] | null;
}

/** The events concerned, oldest first, and how many were too many to tell one by one. */
export interface TimelineFacts {
  events: EventFacts[];
  /** Revisions and signed heads of the attempt concerned; null for a report of no single attempt. */
  revisions: { count: number; firstWall: number | null; lastWall: number | null; heads: number } | null;
}

/** What a candidate handed in, or has answered so far. */
export interface AnswersFacts {
  attempt: string;
  paperLabel: string;
  version: string;
  /** Opened after its release; with the order of this candidate drawn from `orderSeed`. */
  paper: Paper;
  orderSeed: string;
  answers: Answers;
  streams: { epoch: number; rev: number; hash: string }[];
  /** base64url SHA-256 over the answers, worked out now. */
  digest: string;
  receipt: {
    code: string;
    digest: string;
    submittedWall: number;
    answered: number;
    revisions: number;
    signature: string;
  } | null;
  /** The submission in the ledger; null where it is not handed in. */
  submission: EventFacts | null;
}
