/** What headquarters has of a site: each ledger and branch, without a gap and beyond one. */
import type { HqDeps } from '#hq/platform/deps.ts';
import type { LedgerStanding } from '#protocol/hq.ts';
import { type BatchRecord, selectBeyond, selectLatest } from './batches.repo.ts';
import { type Branch, selectBranches } from './branches.repo.ts';
import { rootText } from './ranges.ts';

export interface Range {
  first: number;
  last: number;
}

export interface BranchStanding extends Branch {
  root: string;
  beyond: Range[];
  /** Missing below what is here. */
  gaps: Range[];
}

export class StandingsService {
  readonly #deps: HqDeps;

  constructor(deps: HqDeps) {
    this.#deps = deps;
  }

  async branches(site: string): Promise<BranchStanding[]> {
    const beyond = await selectBeyond(this.#deps.db, site);
    return (await selectBranches(this.#deps.db, site)).map((branch) => {
      const ranges = joined(beyond.filter((range) => range.branch === branch.branch));
      return {
        ...branch,
        root: rootText(branch.size, branch.range),
        beyond: ranges,
        gaps: gapsOf(branch.size, ranges),
      };
    });
  }

  /** As a box is told. */
  async standings(site: string): Promise<LedgerStanding[]> {
    return (await this.branches(site)).map(({ ledger, number, size, root, beyond }) => ({
      ledger,
      branch: number,
      size,
      root,
      beyond,
    }));
  }

  /** Number of gaps by site. */
  async gapCounts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const byBranch = Map.groupBy(await selectBeyond(this.#deps.db), ({ branch }) => branch);
    for (const ranges of byBranch.values()) {
      const site = ranges[0]?.site ?? '';
      counts.set(site, (counts.get(site) ?? 0) + joined(ranges).length);
    }
    return counts;
  }

  latest(site: string, limit: number): Promise<BatchRecord[]> {
    return selectLatest(this.#deps.db, site, limit);
  }
}

/** Ranges in order, those that touch or overlap as one. */
function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const open = result.at(-1);
    if (open && first <= open.last + 1) open.last = Math.max(open.last, last);
    else result.push({ first, last });
  }
  return result;
}

/** Each range beyond the line has one gap before it: `ranges` are joined and start behind `size`. */
function gapsOf(size: number, ranges: readonly Range[]): Range[] {
  let from = size;
  return ranges.map(({ first, last }) => {
    const gap = { first: from, last: first - 1 };
    from = last + 1;
    return gap;
  });
}
