/** What must hold of a data folder after a crash, and the figures of a run. */
import { existsSync } from 'node:fs';
import { verifyLedger } from '#server/ledger/verify.ts';
import { dataPaths } from '#server/platform/data-folder.ts';
import type { Ack } from './load.ts';
import { findLoss, type Oracle } from './oracle.ts';

export interface Aftermath {
  lost: Ack[];
  events: number;
  /** Codes of a verification's faults. */
  faults: string[];
}

/**
 * Nothing acknowledged is lost, and everything that is there verifies. `young`: the folder never served yet, so that its
 * database may be missing or half made.
 */
export function checkAfter(data: string, oracle: Oracle, young: boolean): Aftermath {
  const { database } = dataPaths(data);
  if (young && !existsSync(database)) return { lost: [], events: 0, faults: [] };
  const { faults } = verifyLedger(data);
  const codes = faults.map(({ code, detail }) => `${code} ${detail}`);
  if (young && faults.every(({ code }) => code === 'ledger/older'))
    return { lost: [], events: 0, faults: [] };
  return { ...findLoss(database, oracle.all()), faults: codes };
}

export interface CrashReport {
  ok: boolean;
  cycles: number;
  acknowledged: number;
  lost: number;
  /** Acknowledged after a power cut had begun, and how many of these were not on the disk: no loss (see power.ts). */
  late: number;
  lateLost: number;
  /** Faults that verifications found, first of each cycle. */
  faults: string[];
  /** Processes that ended by themselves, with what they said. */
  unexpected: string[];
  restartMs: { median: number; most: number; over: number };
  seed: string;
}

export class CrashFigures {
  cycles = 0;
  acknowledged = 0;
  lost = 0;
  late = 0;
  lateLost = 0;
  readonly faults: string[] = [];
  readonly unexpected: string[] = [];
  readonly #restarts: number[] = [];
  readonly #limitMs: number;
  readonly #seed: string;

  constructor(seed: string, limitMs: number) {
    this.#seed = seed;
    this.#limitMs = limitMs;
  }

  restarted(ms: number): void {
    this.#restarts.push(ms);
  }

  after({ lost, faults }: Aftermath): void {
    this.lost += lost.length;
    if (faults[0] !== undefined) this.faults.push(faults[0]);
  }

  report(): CrashReport {
    const sorted = this.#restarts.toSorted((a, b) => a - b);
    const over = sorted.filter((ms) => ms > this.#limitMs).length;
    return {
      ok: this.lost === 0 && this.faults.length === 0 && this.unexpected.length === 0 && over === 0,
      cycles: this.cycles,
      acknowledged: this.acknowledged,
      lost: this.lost,
      late: this.late,
      lateLost: this.lateLost,
      faults: this.faults,
      unexpected: this.unexpected,
      restartMs: {
        median: Math.round(sorted[sorted.length >> 1] ?? 0),
        most: Math.round(sorted.at(-1) ?? 0),
        over,
      },
      seed: this.#seed,
    };
  }
}
