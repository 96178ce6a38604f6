/** What headquarters says it has of a ledger, judged by the ledger itself. */
import type { LedgerStanding } from '#protocol/hq.ts';

export interface Judged {
  /** The branch that is ours, else the longest; null when headquarters has nothing of this ledger. */
  standing: LedgerStanding | null;
  /** Our tree at its size has its root; null while there is nothing to compare. */
  agrees: boolean | null;
  /** Branches that are no part of our ledger: another continuation exists. */
  foreign: LedgerStanding[];
}

/**
 * @param rootAt our own root (base64) over the first `size` events; null where we have fewer
 */
export function judgeStandings(
  standings: readonly LedgerStanding[],
  ledger: string,
  rootAt: (size: number) => string | null,
): Judged {
  const own = standings.filter((one) => one.ledger === ledger).sort((a, b) => b.size - a.size);
  const fits = (one: LedgerStanding) => one.size === 0 || rootAt(one.size) === one.root;
  const ours = own.find(fits) ?? null;
  return {
    standing: ours ?? own[0] ?? null,
    agrees: own.length === 0 ? null : ours !== null,
    foreign: own.filter((one) => !fits(one)),
  };
}
