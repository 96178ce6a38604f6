/** Projectors of machines and of candidates' way to the start. */
import { createHash } from 'node:crypto';
import { genesisText, streamId } from '#domain/attempt/revision.ts';
import type { Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';

type Kinds =
  | 'WALK_STARTED'
  | 'WALK_ENDED'
  | 'MACHINE_ENROLLED'
  | 'MACHINE_RETIRED'
  | 'ADDRESS_APPROVED'
  | 'CANDIDATE_LOGGED_IN'
  | 'LOGIN_REFUSED'
  | 'IDENTITY_CONFIRMED'
  | 'LOGIN_WITHDRAWN'
  | 'PLEDGE_SIGNED'
  | 'PAPER_FETCHED'
  | 'NOTICE_SEEN';

export const entryProjectors: Projectors<Kinds> = {
  WALK_STARTED(to, body) {
    to.run('UPDATE walk SET open = 0 WHERE open = 1');
    to.run(
      'INSERT INTO walk (walk, room, "from", open) VALUES (?, ?, ?, 1)',
      body.walk,
      body.room,
      body.from,
    );
  },
  WALK_ENDED(to, body) {
    to.one('UPDATE walk SET open = 0 WHERE walk = ?', body.walk);
  },
  MACHINE_ENROLLED(to, body, event) {
    if (body.replaces)
      to.one("UPDATE machine SET retired = 'replaced' WHERE machine = ? AND retired IS NULL", body.replaces);
    const there = to.get(
      'SELECT 1 FROM machine WHERE room = ? AND seat = ? AND retired IS NULL',
      body.room,
      body.seat,
    );
    if (there) throw new ProjectionError(`seat ${body.seat} has a machine already`);
    to.run(
      'INSERT INTO machine (machine, key, room, seat, address, agent, retired, enrolled_wall) VALUES (?, ?, ?, ?, ?, ?, NULL, ?)',
      body.machine,
      body.key,
      body.room,
      body.seat,
      body.address,
      body.agent,
      event.wall,
    );
  },
  MACHINE_RETIRED(to, body) {
    to.one(
      'UPDATE machine SET retired = ? WHERE machine = ? AND retired IS NULL',
      body.reason || 'retired',
      body.machine,
    );
  },
  ADDRESS_APPROVED(to, body) {
    to.one('UPDATE machine SET address = ? WHERE machine = ?', body.address, body.machine);
  },
  CANDIDATE_LOGGED_IN(to, body, event) {
    const machine = to.get<{ key: string }>('SELECT key FROM machine WHERE machine = ?', body.machine);
    if (!machine) throw new ProjectionError(`machine ${body.machine} is unknown`);
    const before = to.get<{ epoch: number }>('SELECT epoch FROM attempt WHERE attempt = ?', event.attempt);
    if (body.epoch !== (before?.epoch ?? 0) + 1)
      throw new ProjectionError(`epoch ${body.epoch} after ${before?.epoch ?? 0}`);
    if (before)
      to.one(
        'UPDATE attempt SET machine = ?, room = ?, seat = ?, epoch = ? WHERE attempt = ?',
        body.machine,
        body.room,
        body.seat,
        body.epoch,
        event.attempt,
      );
    else
      to.run(
        'INSERT INTO attempt (attempt, entry, sitting, machine, room, seat, epoch, credit_ms, quarantined, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)',
        event.attempt,
        body.entry,
        body.sitting,
        body.machine,
        body.room,
        body.seat,
        body.epoch,
        event.seq,
      );
    to.run(
      'UPDATE seating SET absent = 0 WHERE entry = ? AND sitting = ? AND absent = 1',
      body.entry,
      body.sitting,
    );
    const stream = streamId(event.attempt, body.epoch);
    const genesis = createHash('sha256').update(genesisText(stream, machine.key)).digest('base64url');
    // A new stream starts from what the one before had come to.
    to.streams.flush();
    const last = before?.epoch ?? 0;
    to.run(
      `INSERT INTO stream (attempt, epoch, machine, key, rev, hash, signed_rev, conflicts, item, marks, seen, plays)
       SELECT ?, ?, ?, ?, 0, ?, 0, 0, p.item, coalesce(p.marks, '[]'), coalesce(p.seen, '[]'), coalesce(p.plays, '{}')
       FROM (SELECT 1) LEFT JOIN stream p ON p.attempt = ? AND p.epoch = ?`,
      event.attempt,
      body.epoch,
      body.machine,
      machine.key,
      genesis,
      event.attempt,
      last,
    );
    to.run(
      'INSERT INTO answer (attempt, epoch, item, resp, value) SELECT attempt, ?, item, resp, value FROM answer WHERE attempt = ? AND epoch = ?',
      body.epoch,
      event.attempt,
      last,
    );
  },
  LOGIN_REFUSED() {},
  IDENTITY_CONFIRMED(to, _body, event) {
    to.one('UPDATE attempt SET confirmed_at = ? WHERE attempt = ?', event.at, event.attempt);
  },
  LOGIN_WITHDRAWN(to, _body, event) {
    to.one(
      'UPDATE attempt SET confirmed_at = NULL, machine = ? WHERE attempt = ? AND pledge IS NULL',
      '',
      event.attempt,
    );
  },
  PLEDGE_SIGNED(to, body, event) {
    to.one('UPDATE attempt SET pledge = ? WHERE attempt = ?', body.sha256, event.attempt);
  },
  PAPER_FETCHED(to, _body, event) {
    to.one('UPDATE attempt SET fetched_at = ? WHERE attempt = ?', event.at, event.attempt);
  },
  NOTICE_SEEN(to, body, event) {
    to.run(
      'INSERT INTO notice_seen (notice, attempt) VALUES (?, ?) ON CONFLICT DO NOTHING',
      body.notice,
      event.attempt,
    );
  },
};
