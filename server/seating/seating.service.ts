/**
 * Who sits where (P4): the rules are in domain/seating; here they are fed from the session's sittings, and what they say
 * is committed with seed and wishes, so that anybody can repeat the draw.
 */
import { randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import { assignSeats } from '#domain/seating/assign.ts';
import { SEATING_FAULTS, SeatingError } from '#domain/seating/faults.ts';
import type { SeatingRoom, Wishes } from '#domain/seating/seating.ts';
import type { SeatingBody } from '#protocol/console.schema.ts';
import type { SeatAssignmentRow, SeatingSummary } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  type SeatingSitting,
  type SessionFacts,
  selectAssignments,
  selectHasAttempts,
  selectOptionalSession,
  selectOptionalSummary,
  selectPeople,
  selectSittings,
} from './seating.repo.ts';

export class SeatingService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  /**
   * Draws the seats of a session anew; in mode `draw` it settles seed and wishes, and each seat is drawn at the door. Entries that another session has seated stay there. Throws `thing/not-found`,
   * `seating/started`, or `seating/invalid` with the rule that was broken and its words.
   */
  draw(session: string, body: Static<typeof SeatingBody>, by: Actor): Promise<SeatingSummary> {
    return this.#turns.take(async () => {
      const facts = this.#session(session);
      if (selectHasAttempts(this.#s, session)) throw new BoxError('seating/started');
      const sittings = selectSittings(this.#s, session);
      if (sittings.length === 0) throw new BoxError('session/not-ready', { missing: 'sittings' });
      // Who holds a slip with a seat keeps it.
      if (
        selectOptionalSummary(this.#s, session)?.mode === 'draw' &&
        selectAssignments(this.#s, session).length > 0
      )
        throw new BoxError('seating/started');
      const result = assign({
        rooms: roomsOf(sittings),
        // Drawn at the door (door-draw.ts): nobody has a seat yet, but rooms and versions must be right.
        people:
          body.mode === 'draw'
            ? []
            : selectPeople(this.#s, facts, [...new Set(sittings.map(({ subject }) => subject))]),
        mode: body.mode === 'draw' ? 'random' : body.mode,
        versions: ['A'],
        versionsBySubject: versionsOf(sittings),
        seed: body.seed ?? randomBytes(16).toString('hex'),
        keepApart: body.keepApart,
      });
      const places = new Map(sittings.map(({ sitting, subject, room }) => [`${room} ${subject}`, sitting]));
      const assignments = result.assignments.map(({ entry, subject, room, seat, version, orderSeed }) => ({
        entry,
        // Rooms admit the subjects of their sittings only, so there is one.
        sitting: places.get(`${room} ${subject}`) ?? '',
        room,
        seat,
        version,
        orderSeed,
      }));
      await this.#deps.ledger.append([
        {
          kind: 'SEATING_DRAWN',
          body: {
            session,
            mode: body.mode,
            algorithm: nameAlgorithm(result.algorithm, body.keepApart),
            seed: result.seed,
            assignments,
            unmet: result.unmet.map(({ kind, count }) => ({ kind, count })),
          },
          by,
        },
      ]);
      this.#deps.bus.emit('session', { session });
      const summary = selectOptionalSummary(this.#s, session);
      if (!summary) throw new BoxError('box/internal');
      return summary;
    });
  }

  /** Seats by room and label; of `own` rooms where that is not null. Throws `thing/not-found`, `seating/none`. */
  list(session: string, own: ReadonlySet<string> | null): SeatAssignmentRow[] {
    this.#session(session);
    if (!selectOptionalSummary(this.#s, session)) throw new BoxError('seating/none');
    return selectAssignments(this.#s, session).filter(({ room }) => own === null || own.has(room));
  }

  #session(session: string): SessionFacts {
    const found = selectOptionalSession(this.#s, session);
    if (!found) throw new BoxError('thing/not-found', { session });
    return found;
  }
}

/** Each room once, with the subjects of its sittings. */
function roomsOf(sittings: readonly SeatingSitting[]): SeatingRoom[] {
  return [...Map.groupBy(sittings, ({ room }) => room)].map(([id, here]) => ({
    id,
    plan: here[0]!.plan, // a group has a member
    subjects: here.map(({ subject }) => subject),
  }));
}

/** The versions of each subject: its sittings must agree, for a candidate's version is drawn before his room is known. */
function versionsOf(sittings: readonly SeatingSitting[]): Record<string, string[]> {
  const bySubject: Record<string, string[]> = {};
  for (const { subject, versions } of sittings) {
    const sorted = [...versions].sort();
    const known = bySubject[subject];
    if (known !== undefined && known.join() !== sorted.join())
      throw invalid(new SeatingError('seating/bad-versions', { subject }));
    bySubject[subject] = sorted;
  }
  return bySubject;
}

function assign(input: Parameters<typeof assignSeats>[0]): ReturnType<typeof assignSeats> {
  try {
    return assignSeats(input);
  } catch (error) {
    if (error instanceof SeatingError) throw invalid(error);
    throw error;
  }
}

function invalid({ code, place }: SeatingError): BoxError {
  const { zh, en, doZh, doEn } = SEATING_FAULTS[code];
  return new BoxError('seating/invalid', { reason: code, zh, en, doZh, doEn, ...place });
}

/** The wishes change the draw, so whoever repeats it must know them: `gongyuan-seating/1+schools+versions`. */
export function nameAlgorithm(algorithm: string, wishes: Wishes): string {
  return [algorithm, ...(wishes.schools ? ['schools'] : []), ...(wishes.versions ? ['versions'] : [])].join(
    '+',
  );
}
