/** What the box tells headquarters of itself: the ledger's size and root, and how the sessions stand. */
import type { SiteReport, SiteSessionReport } from '#protocol/hq.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { Statements } from '#server/platform/statements.ts';

const SESSIONS_MOST = 200;

interface SessionRow extends Omit<SiteSessionReport, 'state'> {
  openedAt: number | null;
  begun: number;
  going: number;
}

export function siteReport(
  deps: Deps,
  s: Statements,
  ledger: { ledger: string; size: number; root: string; acknowledged: number },
): SiteReport {
  return { wall: deps.clock.wall(), version: deps.box.version, ...ledger, sessions: sessionReports(s) };
}

/** The newest sessions, in their order. */
function sessionReports(s: Statements): SiteSessionReport[] {
  return s
    .all<SessionRow>(
      `SELECT session.session AS session, session.name AS name, planned_start_wall AS plannedStart, opened_at AS openedAt,
         (SELECT count(*) FROM sitting WHERE sitting.session = session.session AND started_at IS NOT NULL) AS begun,
         (SELECT count(*) FROM sitting WHERE sitting.session = session.session AND ended_at IS NULL) AS going,
         (SELECT count(*) FROM seating WHERE seating.session = session.session) AS candidates,
         (SELECT count(*) FROM attempt JOIN sitting USING (sitting)
          WHERE sitting.session = session.session AND superseded IS NULL) AS signedIn,
         (SELECT count(*) FROM attempt JOIN sitting USING (sitting)
          WHERE sitting.session = session.session AND superseded IS NULL AND submitted_at IS NOT NULL) AS handedIn
       FROM session ORDER BY planned_start_wall DESC LIMIT ?`,
      SESSIONS_MOST,
    )
    .map(({ openedAt, begun, going, ...row }) => ({
      ...row,
      state: begun > 0 ? (going === 0 ? 'ended' : 'running') : openedAt === null ? 'planned' : 'open',
    }));
}
