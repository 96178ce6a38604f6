/** Reads what opens a session's papers. */
import type { Statements } from '#server/platform/statements.ts';

export interface StoredRelease {
  session: string;
  recipient: string;
  n: number;
  m: number;
  /** Papers' identities, sealed for the recipient (age, base64). */
  keys: string;
  papers: string[];
  way: 'headquarters' | 'codes' | null;
}

export function selectOptionalRelease(s: Statements, session: string): StoredRelease | null {
  const row = s.get<Omit<StoredRelease, 'papers'> & { papers: string }>(
    'SELECT session, recipient, n, m, keys, papers, way FROM session_release WHERE session = ?',
    session,
  );
  return row ? { ...row, papers: JSON.parse(row.papers) as string[] } : null;
}

export interface ReleasePaper {
  paper: string;
  manifest: string;
  manifestSig: string;
  signer: string | null;
  hasIdentity: boolean;
}

/** Those of the papers that are on the box. */
export function selectReleasePapers(s: Statements, papers: readonly string[]): ReleasePaper[] {
  return s
    .all<Omit<ReleasePaper, 'hasIdentity'> & { identity: number }>(
      `SELECT paper, manifest, manifest_sig AS manifestSig, signer,
         EXISTS (SELECT 1 FROM local_paper_identity AS l WHERE l.paper = paper.paper) AS identity
       FROM paper WHERE paper IN (SELECT value FROM json_each(?)) ORDER BY subject, label, paper`,
      JSON.stringify(papers),
    )
    .map(({ identity, ...paper }) => ({ ...paper, hasIdentity: identity === 1 }));
}

export function selectHasSession(s: Statements, session: string): boolean {
  return s.get('SELECT 1 FROM session WHERE session = ?', session) !== undefined;
}

export function selectRoomsOfSession(s: Statements, session: string): string[] {
  return s
    .all<{ room: string }>('SELECT DISTINCT room FROM sitting WHERE session = ?', session)
    .map(({ room }) => room);
}

export function selectStaffName(s: Statements, staff: string): string {
  return s.get<{ name: string }>('SELECT name FROM staff WHERE staff = ?', staff)?.name ?? '';
}

/** Headquarters' code of the site and its pinned key. */
export function selectOptionalHq(s: Statements): { site: string; key: string } | null {
  return s.get<{ site: string; key: string }>('SELECT site, key FROM local_hq') ?? null;
}

/** Of these sessions those whose release is still waited for. */
export function selectUnreleased(s: Statements, sessions: readonly string[]): string[] {
  const rows = s.all<{ session: string }>(
    'SELECT session FROM session_release WHERE session IN (SELECT value FROM json_each(?))',
    JSON.stringify(sessions),
  );
  return rows.map(({ session }) => session);
}
