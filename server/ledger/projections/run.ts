/** Projectors of the box itself and of a running session. */

import type { Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';
import { parseScope } from './scope.ts';

type Kinds =
  | 'BOX_STARTED'
  | 'BOX_STOPPED'
  | 'CLOCK_ANCHOR'
  | 'CLOCK_CONFIRMED'
  | 'ENTRY_OPENED'
  | 'PAPER_RELEASED'
  | 'SITTING_DELAYED'
  | 'SITTING_STARTED'
  | 'SITTING_ENDED'
  | 'SITTING_PAUSED'
  | 'SITTING_RESUMED'
  | 'ENTRY_CLOSED'
  | 'TIME_CREDITED'
  | 'NOTICE_SENT';

interface Pause {
  from: number;
  to: number | null;
}

export const runProjectors: Projectors<Kinds> = {
  BOX_STARTED(to, body, event) {
    to.run(
      'INSERT INTO box (id, box, epoch, origin, version, key, starts) VALUES (1, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET box = excluded.box, epoch = excluded.epoch, origin = excluded.origin, version = excluded.version, key = excluded.key, starts = starts + 1',
      body.box,
      body.boxEpoch,
      body.origin,
      body.version,
      body.key,
    );
    const before = to.get<{ elapsed: number; confirmed: number; gap_from: number | null }>(
      'SELECT elapsed, confirmed, gap_from FROM clock WHERE id = 1',
    );
    const bridged = body.resumed === 'wall';
    const gapFrom = bridged ? (before?.gap_from ?? before?.elapsed ?? 0) : (before?.gap_from ?? null);
    to.run(
      'INSERT INTO clock (id, boot, mono, wall, elapsed, confirmed, gap_from) VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET boot = excluded.boot, mono = excluded.mono, wall = excluded.wall, elapsed = excluded.elapsed, confirmed = excluded.confirmed, gap_from = excluded.gap_from',
      body.boot,
      body.mono,
      event.wall,
      event.at,
      bridged || before?.confirmed === 0 ? 0 : 1,
      gapFrom,
    );
  },
  BOX_STOPPED(to, body, event) {
    anchor(to, body, event);
  },
  CLOCK_ANCHOR(to, body, event) {
    anchor(to, body, event);
  },
  CLOCK_CONFIRMED(to) {
    to.one('UPDATE clock SET confirmed = 1, gap_from = NULL WHERE id = 1');
  },
  ENTRY_OPENED(to, body, event) {
    to.one(
      'UPDATE session SET opened_at = ? WHERE session = ? AND opened_at IS NULL',
      event.at,
      body.session,
    );
  },
  PAPER_RELEASED(to, body, event) {
    to.one('UPDATE paper SET released_at = coalesce(released_at, ?) WHERE paper = ?', event.at, body.paper);
  },
  SITTING_DELAYED(to, body) {
    to.one(
      'UPDATE sitting SET planned_start_wall = ? WHERE sitting = ? AND started_at IS NULL',
      body.plannedStart,
      body.sitting,
    );
  },
  SITTING_STARTED(to, body, event) {
    to.one(
      'UPDATE sitting SET started_at = ?, started_wall = ? WHERE sitting = ? AND started_at IS NULL',
      event.at,
      event.wall,
      body.sitting,
    );
  },
  SITTING_ENDED(to, body, event) {
    to.one('UPDATE sitting SET ended_at = ? WHERE sitting = ? AND ended_at IS NULL', event.at, body.sitting);
  },
  SITTING_PAUSED(to, body) {
    const pauses = pausesOf(to, body.sitting);
    if (pauses.at(-1)?.to === null) throw new ProjectionError('the sitting is paused already');
    pauses.push({ from: body.from, to: null });
    to.one('UPDATE sitting SET pauses = ? WHERE sitting = ?', JSON.stringify(pauses), body.sitting);
  },
  SITTING_RESUMED(to, body, event) {
    const pauses = pausesOf(to, body.sitting);
    const last = pauses.at(-1);
    if (last?.to !== null) throw new ProjectionError('the sitting is not paused');
    last.to = event.at;
    to.one('UPDATE sitting SET pauses = ? WHERE sitting = ?', JSON.stringify(pauses), body.sitting);
  },
  ENTRY_CLOSED(to, body, event) {
    to.one('UPDATE sitting SET entry_closed_at = ? WHERE sitting = ?', event.at, body.sitting);
    for (const entry of body.absent)
      to.run('UPDATE seating SET absent = 1 WHERE entry = ? AND sitting = ?', entry, body.sitting);
  },
  TIME_CREDITED(to, body, event) {
    to.run(
      'INSERT INTO credit (credit, scope, ms, cause, wall) VALUES (?, ?, ?, ?, ?)',
      body.credit,
      JSON.stringify(body.scope),
      body.ms,
      body.cause,
      event.wall,
    );
    const scope = parseScope(body.scope);
    if (scope.attempt !== null) {
      to.one('UPDATE attempt SET credit_ms = credit_ms + ? WHERE attempt = ?', body.ms, scope.attempt);
      return;
    }
    to.run(
      `UPDATE sitting SET credit_ms = credit_ms + ? WHERE (? IS NULL OR sitting = ?) AND (? IS NULL OR session = ?) AND (? IS NULL OR room = ?)`,
      body.ms,
      scope.sitting,
      scope.sitting,
      scope.session,
      scope.session,
      scope.room,
      scope.room,
    );
  },
  NOTICE_SENT(to, body, event) {
    to.run(
      'INSERT INTO notice (notice, scope, text, wall) VALUES (?, ?, ?, ?)',
      body.notice,
      JSON.stringify(body.scope),
      body.text,
      event.wall,
    );
  },
};

function anchor(
  to: Parameters<Projectors['CLOCK_ANCHOR']>[0],
  body: { boot: string; mono: number },
  event: { at: number; wall: number },
): void {
  to.one(
    'UPDATE clock SET boot = ?, mono = ?, wall = ?, elapsed = ? WHERE id = 1',
    body.boot,
    body.mono,
    event.wall,
    event.at,
  );
}

function pausesOf(to: Parameters<Projectors['SITTING_PAUSED']>[0], sitting: string): Pause[] {
  const row = to.get<{ pauses: string }>(
    'SELECT pauses FROM sitting WHERE sitting = ? AND started_at IS NOT NULL',
    sitting,
  );
  if (!row) throw new ProjectionError(`sitting ${sitting} has not started`);
  return JSON.parse(row.pauses) as Pause[];
}
