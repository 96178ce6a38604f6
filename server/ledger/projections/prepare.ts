/** Projectors of set-up, staff and preparation. */
import type { Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';

type Kinds =
  | 'SITE_SET_UP'
  | 'STAFF_SAVED'
  | 'STAFF_PASSWORD_SET'
  | 'STAFF_SIGNED_IN'
  | 'STAFF_SIGNED_OUT'
  | 'STAFF_SIGN_IN_FAILED'
  | 'EXAM_SAVED'
  | 'SESSION_SAVED'
  | 'ROOM_SAVED'
  | 'ROOM_REMOVED'
  | 'ROSTER_IMPORTED'
  | 'PAPER_ADDED'
  | 'PAPER_PREVIEWED'
  | 'PAPER_REMOVED'
  | 'SITTING_SAVED'
  | 'SITTING_REMOVED'
  | 'SEATING_DRAWN'
  | 'SEAT_DRAWN';

export const prepareProjectors: Projectors<Kinds> = {
  SITE_SET_UP(to, body) {
    to.run(
      'INSERT INTO site (id, site, name, time_zone, contact, demo) VALUES (1, ?, ?, ?, ?, ?)',
      body.site,
      body.name,
      body.timeZone,
      body.contact,
      body.demo ? 1 : 0,
    );
  },
  STAFF_SAVED(to, body) {
    to.run(
      'INSERT INTO staff (staff, login, name, role, rooms, active) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (staff) DO UPDATE SET name = excluded.name, role = excluded.role, rooms = excluded.rooms, active = excluded.active',
      body.staff,
      body.login,
      body.name,
      body.role,
      JSON.stringify(body.rooms),
      body.active ? 1 : 0,
    );
  },
  STAFF_PASSWORD_SET() {},
  STAFF_SIGNED_IN(to, body, event) {
    to.one('UPDATE staff SET last_sign_in_wall = ? WHERE staff = ?', event.wall, body.staff);
  },
  STAFF_SIGNED_OUT() {},
  STAFF_SIGN_IN_FAILED() {},
  EXAM_SAVED(to, body) {
    to.run(
      'INSERT INTO exam (exam, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name',
      body.exam,
      body.name,
    );
  },
  SESSION_SAVED(to, body) {
    to.run(
      'INSERT INTO session (session, exam, name, planned_start_wall, subjects, policy) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, planned_start_wall = excluded.planned_start_wall, subjects = excluded.subjects, policy = excluded.policy',
      body.session,
      body.exam,
      body.name,
      body.plannedStart,
      JSON.stringify(body.subjects),
      JSON.stringify(body.policy),
    );
  },
  ROOM_SAVED(to, body) {
    to.run(
      'INSERT INTO room (room, name, plan) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, plan = excluded.plan',
      body.room,
      body.name,
      JSON.stringify(body.plan),
    );
  },
  ROOM_REMOVED(to, body) {
    to.one('DELETE FROM room WHERE room = ?', body.room);
  },
  ROSTER_IMPORTED(to, body) {
    for (const { code, name } of body.subjects)
      to.run(
        'INSERT INTO subject (exam, code, name) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name',
        body.exam,
        code,
        name,
      );
    for (const e of body.entries) {
      to.run(
        'INSERT INTO candidate (candidate, exam, id_number, name, gender, school) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (candidate) DO UPDATE SET name = excluded.name, gender = excluded.gender, school = excluded.school',
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
    }
    // Judged when the whole list is in: people may hand their tickets on to each other, even exchange them.
    if (body.part < body.parts) return;
    const shared = to.get<{ ticket: string }>(
      'SELECT ticket FROM entry WHERE exam = ? GROUP BY ticket HAVING count(DISTINCT candidate) > 1 LIMIT 1',
      body.exam,
    );
    if (shared) throw new ProjectionError(`ticket ${shared.ticket} would belong to two people`);
  },
  PAPER_ADDED(to, body, event) {
    to.run(
      'INSERT INTO paper (paper, exam, subject, label, manifest, manifest_sig, items, added_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      body.paper,
      body.exam,
      body.subject,
      body.label,
      body.manifest,
      body.manifestSig,
      body.items,
      event.wall,
    );
  },
  PAPER_PREVIEWED() {},
  PAPER_REMOVED(to, body) {
    to.one('DELETE FROM paper WHERE paper = ? AND released_at IS NULL', body.paper);
  },
  SITTING_SAVED(to, body) {
    to.run(
      `INSERT INTO sitting (sitting, session, subject, room, papers, duration_ms, pauses, credit_ms) VALUES (?, ?, ?, ?, ?, ?, '[]', 0)
       ON CONFLICT (sitting) DO UPDATE SET papers = excluded.papers, duration_ms = excluded.duration_ms, subject = excluded.subject, room = excluded.room`,
      body.sitting,
      body.session,
      body.subject,
      body.room,
      JSON.stringify(body.papers),
      body.durationMs,
    );
  },
  SITTING_REMOVED(to, body) {
    to.one('DELETE FROM sitting WHERE sitting = ? AND started_at IS NULL', body.sitting);
    to.run('DELETE FROM seating WHERE sitting = ?', body.sitting);
  },
  SEATING_DRAWN(to, body) {
    to.run('DELETE FROM seating WHERE session = ?', body.session);
    to.run(
      'INSERT INTO seating_draw (session, mode, algorithm, seed, unmet) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET mode = excluded.mode, algorithm = excluded.algorithm, seed = excluded.seed, unmet = excluded.unmet',
      body.session,
      body.mode,
      body.algorithm,
      body.seed,
      JSON.stringify(body.unmet),
    );
    for (const a of body.assignments)
      to.run(
        'INSERT INTO seating (session, entry, sitting, room, seat, version, order_seed, absent) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
        body.session,
        a.entry,
        a.sitting,
        a.room,
        a.seat,
        a.version,
        a.orderSeed,
      );
  },
  SEAT_DRAWN(to, body) {
    to.run(
      'INSERT INTO seating (session, entry, sitting, room, seat, version, order_seed, absent) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
      body.session,
      body.entry,
      body.sitting,
      body.room,
      body.seat,
      body.version,
      body.orderSeed,
    );
  },
};
