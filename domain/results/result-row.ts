/** One attempt in the results that go out: what exports hold, and nothing else of it. */

export interface ResultItem {
  state: 'scored' | 'needs-marker' | 'unanswered' | 'failed';
  score: number | null;
  maximum: number | null;
}

export interface ResultRow {
  site: string;
  siteName: string;
  exam: string;
  session: string;
  /** Code of the subject; its name is in the export's frame. */
  subject: string;
  room: string;
  seat: string;
  ticket: string;
  /** Whole: results must find the person. Handle exports as what they are. */
  idNumber: string;
  name: string;
  school: string;
  attempt: string;
  state: 'writing' | 'timed-up' | 'handed-in' | 'superseded';
  /** `null`: no automatic score. */
  points: number | null;
  maximum: number | null;
  /** Items that wait for a person; the points are final at 0. */
  marker: number;
  /** By the item's identifier; empty where nothing was scored. */
  items: Record<string, ResultItem>;
  /** When it was handed in, wall-clock milliseconds; `null`: not yet. */
  submittedMs: number | null;
  /** Codes of domain/results/anomalies.ts. */
  anomalies: readonly string[];
  /** Faults of proof: how many. */
  faults: number;
}
