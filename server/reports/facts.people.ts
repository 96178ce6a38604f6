/** Who sits in a room, how far each attempt is, and who went on at another machine. */
import { decodeEvent } from '#domain/ledger/event.ts';
import type { AttemptFacts, EntryFacts, MachineChangeFacts } from '#domain/reports/facts.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import type { Receipt } from '#protocol/socket.ts';
import { deadlineOf, statusOf } from '#server/attempts/attempt-state.ts';
import {
  type AttemptRow,
  type SittingFacts as SittingRow,
  selectAttemptsOfSitting,
} from '#server/attempts/attempts.repo.ts';
import type { Statements } from '#server/platform/statements.ts';
import { selectEventsOfKind, selectProgress, selectSeated } from './facts.repo.ts';

export interface Login extends EventBody<'CANDIDATE_LOGGED_IN'> {
  wall: number;
}

/** The moment for which states are worked out: box time in milliseconds, and an unconfirmed gap's beginning. */
export interface Moment {
  elapsed: number;
  gapFrom: number | null;
}

/** Logins since the session's entry was opened, by attempt, oldest first. */
export function readLogins(s: Statements, session: string): Map<string, Login[]> {
  const opened = selectEventsOfKind(s, 'ENTRY_OPENED').find(
    ({ bytes }) => (decodeEvent(bytes).body as EventBody<'ENTRY_OPENED'>).session === session,
  );
  const logins = new Map<string, Login[]>();
  if (!opened) return logins;
  for (const { bytes } of selectEventsOfKind(s, 'CANDIDATE_LOGGED_IN', opened.seq)) {
    const { attempt, body, wall } = decodeEvent(bytes);
    if (attempt === undefined) continue;
    const login = { ...(body as EventBody<'CANDIDATE_LOGGED_IN'>), wall };
    const known = logins.get(attempt);
    if (known) known.push(login);
    else logins.set(attempt, [login]);
  }
  return logins;
}

/** Entries of a room, in the order of the seats' labels; `sittings` are those of the whole session. */
export function readEntries(
  s: Statements,
  of: { session: string; room: string; roomName: string; sittings: readonly SittingRow[] },
  logins: ReadonlyMap<string, readonly Login[]>,
  now: Moment,
): EntryFacts[] {
  const attempts = new Map<string, { row: AttemptRow; sitting: SittingRow }>();
  for (const sitting of of.sittings)
    if (sitting.room === of.room)
      for (const row of selectAttemptsOfSitting(s, sitting.sitting))
        attempts.set(row.entry, { row, sitting });
  return selectSeated(s, of.session, of.room)
    .map((row): EntryFacts => {
      const own = attempts.get(row.entry);
      return {
        ...row,
        room: of.room,
        roomName: of.roomName,
        absent: row.absent === 1,
        attempt: own ? describe(s, own.row, own.sitting, logins.get(own.row.attempt) ?? [], now) : null,
      };
    })
    .sort((a, b) => bySeat(a.seat, b.seat));
}

function describe(
  s: Statements,
  row: AttemptRow,
  sitting: SittingRow,
  logins: readonly Login[],
  now: Moment,
): AttemptFacts {
  const limits = deadlineOf(sitting, row, now.elapsed, now.gapFrom);
  const receipt = row.receipt ? (JSON.parse(row.receipt) as Receipt) : null;
  const progress = selectProgress(s, row.attempt, row.epoch);
  return {
    attempt: row.attempt,
    status: statusOf(row, sitting, limits, now.elapsed),
    loggedInWall: logins[0]?.wall ?? null,
    submittedWall: receipt?.submitted ?? null,
    receiptCode: receipt?.code ?? null,
    answered: receipt?.answered ?? progress.answered,
    revisions: receipt?.revisions ?? progress.revisions,
    creditMs: row.creditMs + sitting.creditMs,
    quarantined: row.quarantined,
  };
}

/** Where a login came from another machine than the one before it. */
export function machineChanges(
  entries: readonly EntryFacts[],
  logins: ReadonlyMap<string, readonly Login[]>,
): MachineChangeFacts[] {
  const changes = entries.flatMap(({ entry, name, ticket, room, attempt }) => {
    const own = logins.get(attempt?.attempt ?? '') ?? [];
    return own.flatMap((login, i): MachineChangeFacts[] => {
      const before = own[i - 1];
      if (!before || before.machine === login.machine) return [];
      return [{ entry, name, ticket, room, fromSeat: before.seat, toSeat: login.seat, wall: login.wall }];
    });
  });
  return changes.sort((a, b) => a.wall - b.wall);
}

/** `2` before `10`, `A2` before `A10`. */
export function bySeat(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
