/** How points are spread, by subject: of attempts that count and have an automatic score. */
import type { Static } from 'typebox';
import type { Distribution } from '#protocol/hq.answers.schema.ts';
import type { ScoredPoints } from './results.repo.ts';

export type Spread = Static<typeof Distribution>;

export function distributionOf(rows: readonly ScoredPoints[], names: ReadonlyMap<string, string>): Spread[] {
  return [...Map.groupBy(rows, ({ subject }) => subject)].map(([subject, all]) => {
    const points = all.flatMap(({ points }) => (points === null ? [] : [points])).sort((a, b) => a - b);
    const most = all.flatMap(({ maximum }) => (maximum === null ? [] : [maximum]));
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const { points, maximum } of all) {
      if (points === null || maximum === null || maximum <= 0) continue;
      // By each attempt's own maximum: versions of a paper may differ. Full marks are in the last tenth.
      const tenth = Math.min(9, Math.max(0, Math.floor((points / maximum) * 10)));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    return {
      subject,
      name: names.get(subject) ?? '',
      attempts: all.length,
      scored: points.length,
      maximum: most.length === 0 ? null : Math.max(...most),
      mean: points.length === 0 ? null : rounded(points.reduce((sum, one) => sum + one, 0) / points.length),
      median: median(points),
      lowest: points[0] ?? null,
      highest: points.at(-1) ?? null,
      tenths,
    };
  });
}

function median(sorted: readonly number[]): number | null {
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : rounded(((sorted[middle - 1] ?? upper) + upper) / 2);
}

const rounded = (number: number): number => Math.round(number * 1_000) / 1_000;
