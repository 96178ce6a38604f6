/** Projectors of what comes from headquarters: packages, releases, requests and their answers, retention. */
import type { ProjectionContext, Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';

type Kinds =
  | 'LEDGER_OPENED'
  | 'HQ_CONNECTED'
  | 'HQ_DISCONNECTED'
  | 'COURIER_WRITTEN'
  | 'PACKAGE_TAKEN'
  | 'PACKAGE_REFUSED'
  | 'PAPER_RECEIVED'
  | 'ROSTER_AMENDED'
  | 'RELEASE_CODE_TAKEN'
  | 'RELEASE_CODE_REFUSED'
  | 'RELEASE_RECEIVED'
  | 'REQUEST_MADE'
  | 'REQUEST_DECIDED'
  | 'PURGE_ASKED'
  | 'DATA_PURGED';

interface RequestRow {
  kind: string;
  attempt: string | null;
  granted: number | null;
}

export const headquartersProjectors: Projectors<Kinds> = {
  LEDGER_OPENED() {},
  HQ_CONNECTED() {},
  HQ_DISCONNECTED() {},
  COURIER_WRITTEN() {},
  PACKAGE_TAKEN(to, body, event) {
    const { package: id, exam, number, kind, hq } = body.header;
    to.run(
      'INSERT INTO session_package (package, exam, number, kind, hq, sha256, way, taken_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      exam,
      number,
      kind,
      hq,
      body.sha256,
      body.way,
      event.wall,
    );
    // A release that is here stays here: a newer package seals the same papers or brings new ones with a new identity.
    for (const { session, recipient, n, m, keys, papers } of body.releases)
      to.run(
        `INSERT INTO session_release (session, recipient, n, m, keys, papers, officers) VALUES (?, ?, ?, ?, ?, ?, '[]')
         ON CONFLICT DO UPDATE SET n = excluded.n, m = excluded.m, keys = excluded.keys, papers = excluded.papers,
           way = CASE WHEN recipient = excluded.recipient THEN way END,
           received_wall = CASE WHEN recipient = excluded.recipient THEN received_wall END,
           officers = CASE WHEN recipient = excluded.recipient THEN officers ELSE '[]' END,
           recipient = excluded.recipient`,
        session,
        recipient,
        n,
        m,
        keys,
        JSON.stringify(papers),
      );
  },
  PACKAGE_REFUSED() {},
  PAPER_RECEIVED(to, body, event) {
    to.run(
      'INSERT INTO paper (paper, exam, subject, label, manifest, manifest_sig, items, signer, added_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      body.paper,
      body.exam,
      body.subject,
      body.label,
      body.manifest,
      body.manifestSig,
      body.items,
      body.key,
      event.wall,
    );
  },
  ROSTER_AMENDED(to, body) {
    const e = body.entry;
    to.run(
      'INSERT INTO subject (exam, code, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      body.exam,
      e.subject,
      e.subject,
    );
    to.run(
      'INSERT INTO candidate (candidate, exam, id_number, name, gender, school) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (candidate) DO UPDATE SET id_number = excluded.id_number, name = excluded.name, gender = excluded.gender, school = excluded.school',
      e.candidate,
      body.exam,
      e.idNumber,
      e.name,
      e.gender,
      e.school,
    );
    to.run(
      'INSERT INTO entry (entry, exam, candidate, subject, ticket) VALUES (?, ?, ?, ?, ?) ON CONFLICT (entry) DO UPDATE SET ticket = excluded.ticket',
      e.entry,
      body.exam,
      e.candidate,
      e.subject,
      e.ticket,
    );
    const shared = to.get<{ ticket: string }>(
      'SELECT ticket FROM entry WHERE exam = ? AND ticket = ? GROUP BY ticket HAVING count(DISTINCT candidate) > 1',
      body.exam,
      e.ticket,
    );
    if (shared) throw new ProjectionError(`ticket ${shared.ticket} would belong to two people`);
  },
  RELEASE_CODE_TAKEN() {},
  RELEASE_CODE_REFUSED() {},
  RELEASE_RECEIVED(to, body, event) {
    to.one(
      'UPDATE session_release SET way = ?, officers = ?, received_wall = ? WHERE session = ?',
      body.way,
      JSON.stringify(body.officers),
      event.wall,
      body.session,
    );
  },
  REQUEST_MADE(to, body, event) {
    to.run(
      "INSERT INTO request (request, kind, exam, reason, attempt, entry, text, staff, asked_wall, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
      body.request,
      body.kind,
      body.exam,
      body.reason,
      body.attempt,
      body.entry ? JSON.stringify(body.entry) : null,
      body.text,
      event.by?.staff ?? '',
      event.wall,
    );
  },
  REQUEST_DECIDED(to, body, event) {
    const asked = requestOf(to, body.request);
    if (asked.granted !== null) throw new ProjectionError(`request ${body.request} is decided already`);
    to.one(
      'UPDATE request SET granted = ?, by = ?, answer = ?, decided_wall = ? WHERE request = ?',
      body.granted ? 1 : 0,
      body.by,
      body.reason,
      event.wall,
      body.request,
    );
    if (body.granted && asked.kind === 'resit' && asked.attempt !== null)
      to.one(
        'UPDATE attempt SET superseded = ? WHERE attempt = ? AND superseded IS NULL',
        body.request,
        asked.attempt,
      );
  },
  PURGE_ASKED(to, body, event) {
    to.run(
      'INSERT INTO purge (purge, session, staff, reason, asked_wall, files, attempts) VALUES (?, ?, ?, ?, ?, 0, 0)',
      body.purge,
      body.session,
      event.by?.staff ?? '',
      body.reason,
      event.wall,
    );
  },
  DATA_PURGED(to, body, event) {
    to.one(
      'UPDATE purge SET done_wall = ?, files = ?, attempts = ? WHERE purge = ? AND done_wall IS NULL',
      event.wall,
      body.files.length,
      body.attempts.length,
      body.purge,
    );
    for (const attempt of body.attempts) {
      to.streams.forget(attempt);
      to.run('DELETE FROM answer WHERE attempt = ?', attempt);
      to.run('DELETE FROM stream WHERE attempt = ?', attempt);
      to.run('DELETE FROM quarantine WHERE attempt = ?', attempt);
      to.one('UPDATE attempt SET quarantined = 0 WHERE attempt = ?', attempt);
    }
  },
};

function requestOf(to: ProjectionContext, request: string): RequestRow {
  const found = to.get<RequestRow>('SELECT kind, attempt, granted FROM request WHERE request = ?', request);
  if (!found) throw new ProjectionError(`request ${request} is unknown`);
  return found;
}
