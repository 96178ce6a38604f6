/** Reads of the reports that were made, for checking: what anybody may know of one. */
import type { CheckAnswer } from '#protocol/reports.ts';
import type { Statements } from '#server/platform/statements.ts';

export type KnownReport = NonNullable<CheckAnswer['report']>;

const COLUMNS = 'report, kind, lang, copy, made_wall AS madeWall, requester, pages, sha256, digest';

export function selectOptionalReport(s: Statements, report: string): KnownReport | null {
  return s.get<KnownReport>(`SELECT ${COLUMNS} FROM report WHERE report = ?`, report) ?? null;
}

export function selectOptionalReportByFile(s: Statements, sha256: string): KnownReport | null {
  return s.get<KnownReport>(`SELECT ${COLUMNS} FROM report WHERE sha256 = ? ORDER BY report`, sha256) ?? null;
}

export function selectSite(s: Statements): { site: string; name: string; timeZone: string } | null {
  return (
    s.get<{ site: string; name: string; timeZone: string }>(
      'SELECT site, name, time_zone AS timeZone FROM site',
    ) ?? null
  );
}
