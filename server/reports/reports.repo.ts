/** Reads reports that were made. */
import type { ReportRow } from '#protocol/reports.ts';
import type { Statements } from '#server/platform/statements.ts';

const REPORT = `SELECT report, kind, lang, title, session, room, attempt, incident, copy, purpose, made_wall AS madeWall, requester,
  pages, bytes, sha256, digest, prints FROM report`;

/** Newest first. */
export function selectReportsOfSession(s: Statements, session: string): ReportRow[] {
  return s.all<ReportRow>(`${REPORT} WHERE session = ? ORDER BY made_wall DESC, report`, session);
}

export function selectOptionalReport(s: Statements, report: string): ReportRow | null {
  return s.get<ReportRow>(`${REPORT} WHERE report = ?`, report) ?? null;
}

/** How many of this kind and scope were made before, in either language. */
export function countReports(
  s: Statements,
  of: Pick<ReportRow, 'kind' | 'session' | 'room' | 'attempt' | 'incident'>,
): number {
  const found = s.get<{ n: number }>(
    'SELECT count(*) AS n FROM report WHERE kind = ? AND session = ? AND room IS ? AND attempt IS ? AND incident IS ?',
    of.kind,
    of.session,
    of.room,
    of.attempt,
    of.incident,
  );
  return found?.n ?? 0;
}

export function selectReportIds(s: Statements): Set<string> {
  return new Set(s.all<{ report: string }>('SELECT report FROM report').map(({ report }) => report));
}
