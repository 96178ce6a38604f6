/** Reads what is held of a session, who else needs it, and what headquarters has acknowledged of it. */
import type { Statements } from '#server/platform/statements.ts';

export function selectHasSession(s: Statements, session: string): boolean {
  return s.get('SELECT 1 FROM session WHERE session = ?', session) !== undefined;
}

/** Sittings under way anywhere on this box. */
export function countRunning(s: Statements): number {
  return (
    s.get<{ n: number }>(
      'SELECT count(*) AS n FROM sitting WHERE started_at IS NOT NULL AND ended_at IS NULL',
    )?.n ?? 0
  ); // a count has always a row
}

/**
 * Sittings of the session that have not ended, and attempts that are neither handed in nor timed up. What was planned
 * before `before` (wall time) and never begun does not count: it was called off.
 */
export function countOpen(s: Statements, session: string, before: number): number {
  const planned = 'coalesce(sitting.planned_start_wall, session.planned_start_wall) > ?2';
  return (
    s.get<{ n: number }>(
      `SELECT (SELECT count(*) FROM sitting JOIN session USING (session)
         WHERE session = ?1 AND ended_at IS NULL AND (started_at IS NOT NULL OR ${planned}))
       + (SELECT count(*) FROM attempt JOIN sitting USING (sitting) JOIN session USING (session)
         WHERE session = ?1 AND submitted_at IS NULL AND timed_up_at IS NULL AND (started_at IS NOT NULL OR ${planned})) AS n`,
      session,
      before,
    )?.n ?? 0
  ); // a count has always a row
}

export interface HeldAttempt {
  attempt: string;
  lastSeq: number;
  revisions: number;
}

/** Attempts of the session whose answers are here: each has a stream, from its first login on, until they are deleted. */
export function selectAttempts(s: Statements, session: string): HeldAttempt[] {
  return s.all<HeldAttempt>(
    `SELECT attempt, last_seq AS lastSeq, sum(rev) AS revisions
     FROM attempt JOIN sitting USING (sitting) JOIN stream USING (attempt) WHERE session = ? GROUP BY attempt ORDER BY attempt`,
    session,
  );
}

/** A file under its SHA-256, for what it is kept, and where: `report` for a report's own file. */
export interface HeldFile {
  what: 'photo' | 'small' | 'upload' | 'material' | 'registered' | 'report';
  sha256: string;
  report: string | null;
}

const RARE = `kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED')`;

/** `?1`: the session that is to be thought deleted. Its last deletion took what was there by then. */
const gone = (session: string, wall: string) =>
  `(${session} = ?1 OR EXISTS (SELECT 1 FROM purge WHERE purge.session = ${session} AND purge.done_wall >= ${wall}))`;
/** People of whom a session is left, besides `?1`, that was not deleted; and those who were never seated. */
const KEPT_PEOPLE = `SELECT candidate FROM registered_photo WHERE candidate NOT IN (SELECT candidate FROM seating JOIN entry USING (entry))
  UNION SELECT candidate FROM seating JOIN entry USING (entry)
    WHERE session <> ?1 AND session NOT IN (SELECT session FROM purge WHERE done_wall IS NOT NULL)`;

/** Everything of the session that lies in files, whether it is still there or not. */
export function selectFiles(s: Statements, session: string): HeldFile[] {
  return s.all<HeldFile>(
    `SELECT 'photo' AS what, original_sha256 AS sha256, NULL AS report FROM photo WHERE session = ?1
     UNION SELECT 'photo', stamped_sha256, NULL FROM photo WHERE session = ?1
     UNION SELECT 'small', small_sha256, NULL FROM photo WHERE session = ?1
     UNION SELECT 'material', sha256, NULL FROM material WHERE session = ?1
     UNION SELECT 'upload', upload.sha256, NULL FROM upload JOIN attempt USING (attempt) JOIN sitting USING (sitting) WHERE session = ?1
     UNION SELECT 'registered', sha256, NULL FROM registered_photo
       WHERE candidate IN (SELECT candidate FROM seating JOIN entry USING (entry) WHERE session = ?1) AND candidate NOT IN (${KEPT_PEOPLE})
     UNION SELECT 'report', sha256, report FROM report WHERE session = ?1`,
    session,
  );
}

/** SHA-256 of files (other than reports) that somebody besides this session still needs. */
export function selectNeeded(s: Statements, session: string): Set<string> {
  const rows = s.all<{ sha256: string }>(
    `SELECT original_sha256 AS sha256 FROM photo WHERE NOT ${gone('photo.session', 'photo.stored_wall')}
     UNION SELECT stamped_sha256 FROM photo WHERE NOT ${gone('photo.session', 'photo.stored_wall')}
     UNION SELECT small_sha256 FROM photo WHERE NOT ${gone('photo.session', 'photo.stored_wall')}
     UNION SELECT sha256 FROM material WHERE NOT ${gone('material.session', 'material.wall')}
     UNION SELECT upload.sha256 FROM upload JOIN attempt USING (attempt) JOIN sitting USING (sitting)
       WHERE session <> ?1 AND EXISTS (SELECT 1 FROM stream WHERE stream.attempt = attempt.attempt)
     UNION SELECT sha256 FROM registered_photo WHERE candidate IN (${KEPT_PEOPLE})`,
    session,
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}

/** Numbers of photos, uploads and so on, of those given that are no more than `small` versions of others. */
export function selectMediumWalls(s: Statements, sha256: readonly string[]): Map<string, number> {
  const known = new Map<string, number>();
  for (const one of sha256) {
    const row = s.get<{ wall: number }>('SELECT wall FROM local_medium WHERE sha256 = ?', one);
    if (row) known.set(one, row.wall);
  }
  return known;
}

/** The last event that names a file of the session: what comes with an attempt is among the attempt's own. */
export function selectLastFileEvent(s: Statements, session: string): number {
  return (
    s.get<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM ledger_event WHERE ${RARE} AND (
       (kind IN ('PHOTO_STORED', 'MATERIAL_ADDED') AND bytes ->> '$.body.session' = ?1)
       OR (kind = 'REGISTERED_PHOTOS_IMPORTED' AND bytes ->> '$.body.exam' = (SELECT exam FROM session WHERE session = ?1)))
     AND kind IN ('PHOTO_STORED', 'MATERIAL_ADDED', 'REGISTERED_PHOTOS_IMPORTED')`,
      session,
    )?.seq ?? -1
  );
}

export interface AskedPurge {
  purge: string;
  staff: string;
  name: string;
  wall: number;
  reason: string;
}

export function selectOptionalAsked(s: Statements, session: string): AskedPurge | null {
  return (
    s.get<AskedPurge>(
      `SELECT purge, purge.staff AS staff, coalesce(staff.name, '') AS name, asked_wall AS wall, reason
       FROM purge LEFT JOIN staff ON staff.staff = purge.staff WHERE session = ? AND done_wall IS NULL`,
      session,
    ) ?? null
  );
}

/** The last deletion of the session. */
export function selectOptionalDone(
  s: Statements,
  session: string,
): { wall: number; files: number; attempts: number } | null {
  return (
    s.get(
      'SELECT done_wall AS wall, files, attempts FROM purge WHERE session = ? AND done_wall IS NOT NULL ORDER BY done_wall DESC, rowid DESC LIMIT 1',
      session,
    ) ?? null
  );
}

/** Bytes of the event by which a deletion was done. */
export function selectOptionalPurgeEvent(s: Statements, purge: string): string | null {
  return (
    s.get<{ bytes: string }>(
      `SELECT bytes FROM ledger_event WHERE kind = 'DATA_PURGED' AND ${RARE} AND bytes ->> '$.body.purge' = ?`,
      purge,
    )?.bytes ?? null
  );
}

export function selectOptionalBoxValue(s: Statements, key: string): string | null {
  return s.get<{ value: string }>('SELECT value FROM local_box WHERE key = ?', key)?.value ?? null;
}

export interface StoredReceipt {
  batch: string;
  first: number;
  last: number;
  root: string;
  state: string;
  receipt: string | null;
  signature: string | null;
  wall: number;
}

/** In the order of the ledger. */
export function selectReceipts(s: Statements, ledger: string): StoredReceipt[] {
  return s.all<StoredReceipt>(
    'SELECT batch, first, last, root, state, receipt, receipt_sig AS signature, changed_wall AS wall FROM local_batch WHERE ledger = ? ORDER BY first',
    ledger,
  );
}

/** Headquarters' key and its code of the site; null where there is none. */
export function selectOptionalHq(s: Statements): { key: string; site: string } | null {
  return s.get<{ key: string; site: string }>('SELECT key, site FROM local_hq') ?? null;
}

export function selectOptionalSite(s: Statements): string | null {
  return s.get<{ site: string }>('SELECT site FROM site')?.site ?? null;
}
