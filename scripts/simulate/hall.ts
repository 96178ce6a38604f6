/** What the candidates of one simulation share. */
import type { BoxAccess } from './box-access.ts';
import type { PaperShelf } from './paper-shelf.ts';
import type { Metrics } from './report.ts';

export interface Hall {
  box: BoxAccess;
  shelf: PaperShelf;
  metrics: Metrics;
  seed: string;
  everyMs: number;
  /** Lines cut per candidate and minute. */
  dropsPerMinute: number;
  submits: boolean;
  /** Puts a machine on a seat; absent where nobody may. */
  enrol: ((pending: string, room: string, seat: string) => Promise<void>) | null;
  /** Resolves when candidates may sign in. */
  doors: Promise<void>;
  /** When the chief's start was sent, by `performance.now()`. */
  startSentAt: number | null;
}

export interface Person {
  number: string;
  room: string;
  seat: string;
  /** Source address of the machine on loopback. */
  address: string;
}

export type Phase = 'connecting' | 'enrolled' | 'waiting' | 'writing' | 'handing-in' | 'done' | 'failed';
