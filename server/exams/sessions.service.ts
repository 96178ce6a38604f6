/** Sessions with their sittings (P16), and the steps towards them. What runs a session is in server/run. */
import type { Static } from 'typebox';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { SessionBody, SittingsBody } from '#protocol/console.schema.ts';
import type { RoomRow, SessionDetail, SessionRow, SittingRow, Step } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { PlannedSubject } from '#protocol/package.ts';
import { selectSittingsOfSession } from '#server/attempts/attempts.repo.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import { describeSitting } from '#server/map/sitting-row.ts';
import type { PapersService } from '#server/papers/papers.service.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import type { RoomsService } from '#server/rooms/rooms.service.ts';
import type { ExamsService } from './exams.service.ts';
import { type StepFacts, sessionSteps } from './session-steps.ts';
import {
  type StoredSession,
  selectClockConfirmed,
  selectDuty,
  selectMachinePlaces,
  selectOptionalSession,
  selectOptionalSummary,
  selectPaper,
  selectPeople,
  selectPlanned,
  selectSeats,
  selectSessions,
  selectUnreleased,
} from './sessions.repo.ts';

type Sittings = Static<typeof SittingsBody>['sittings'];
/** Rooms whose data may be shown; null: all. */
type Own = ReadonlySet<string> | null;

export interface SessionParts {
  turns: Turns;
  exams: ExamsService;
  rooms: RoomsService;
  papers: PapersService;
}

export class SessionsService {
  readonly #deps: Deps;
  readonly #p: SessionParts;
  readonly #s: Statements;

  constructor(deps: Deps, parts: SessionParts) {
    this.#deps = deps;
    this.#p = parts;
    this.#s = new Statements(deps.db);
  }

  /** Sessions, earliest first; of `own` rooms those with a sitting there. */
  list(own: Own): SessionRow[] {
    return selectSessions(this.#s)
      .filter(({ session }) => own === null || this.#sittings(session, own).length > 0)
      .map((session) => this.#row(session, own));
  }

  /** Throws `thing/not-found`. */
  row(session: string): SessionRow {
    return this.#row(this.require(session), null);
  }

  /** Throws `thing/not-found`, or `auth/scope` where none of the rooms is the person's own. */
  async detail(session: string, own: Own = null): Promise<SessionDetail> {
    const stored = this.require(session);
    const sittings = this.#sittings(session, own);
    if (own !== null && sittings.length === 0) throw new BoxError('auth/scope');
    return {
      ...this.#row(stored, own),
      sittings,
      planned: this.planned(session),
      steps: await this.steps(session),
      seating: selectOptionalSummary(this.#s, session),
    };
  }

  /** What headquarters planned for its subjects; empty for a session of the site's own. */
  planned(session: string): PlannedSubject[] {
    return selectPlanned(this.#s, session);
  }

  require(session: string): StoredSession {
    const found = selectOptionalSession(this.#s, session);
    if (!found) throw new BoxError('thing/not-found', { session });
    return found;
  }

  /** Throws `thing/not-found` for the exam, `session/subject`. */
  add(body: Static<typeof SessionBody>, by: Actor): Promise<SessionDetail> {
    return this.#p.turns.take(async () => {
      this.#p.exams.require(body.exam);
      return this.#save(newId('session'), body, by);
    });
  }

  /** Throws `thing/not-found`, `session/open`, `session/exam`, `session/subject`; `thing/in-use` for a subject with sittings. */
  change(session: string, body: Static<typeof SessionBody>, by: Actor): Promise<SessionDetail> {
    return this.#p.turns.take(async () => {
      const before = this.#closed(session);
      if (before.exam !== body.exam) throw new BoxError('session/exam');
      const used = this.#sittings(session, null).find(({ subject }) => !body.subjects.includes(subject));
      if (used) throw new BoxError('thing/in-use', { subject: used.subject, room: used.roomName });
      return this.#save(session, body, by);
    });
  }

  /**
   * Replaces the sittings of a session: what is not named is removed, with the seats assigned there. A sitting is the
   * same as before where subject and room are. Throws `session/open`, `thing/not-found`, `sitting/subject`,
   * `sitting/paper` or `sitting/twice`.
   */
  saveSittings(session: string, sittings: Sittings, by: Actor): Promise<SessionDetail> {
    return this.#p.turns.take(async () => {
      const stored = this.#closed(session);
      this.#check(stored, sittings);
      const before = new Map(this.#sittings(session, null).map((row) => [placeOf(row), row]));
      const known = new Set([...before.values()].map(({ sitting }) => sitting));
      const stranger = sittings.find(({ sitting }) => sitting !== undefined && !known.has(sitting));
      if (stranger) throw new BoxError('thing/not-found', { sitting: stranger.sitting });
      const places = new Set(sittings.map(placeOf));
      const removed = [...before].filter(([place]) => !places.has(place)).map(([, { sitting }]) => sitting);
      const events: NewEvent[] = [
        ...removed.map((sitting): NewEvent => ({ kind: 'SITTING_REMOVED', body: { sitting }, by })),
        ...sittings
          .filter((wanted) => !isSame(before.get(placeOf(wanted)), wanted))
          .map((wanted): NewEvent => {
            const { subject, room, papers, durationMs } = wanted;
            const sitting = before.get(placeOf(wanted))?.sitting ?? newId('sitting');
            return {
              kind: 'SITTING_SAVED',
              body: { sitting, session, subject, room, papers, durationMs },
              by,
            };
          }),
      ];
      if (events.length > 0) await this.#deps.ledger.append(events);
      this.#deps.bus.emit('session', { session });
      return this.detail(session);
    });
  }

  /** The guided path; entry opens when nothing in it is `todo` that the run asks for. */
  async steps(session: string): Promise<Step[]> {
    return sessionSteps(await this.#facts(this.require(session)));
  }

  async #save(
    session: string,
    { exam, name, plannedStart, subjects, policy }: Static<typeof SessionBody>,
    by: Actor,
  ): Promise<SessionDetail> {
    const known = this.#p.exams.subjects(exam);
    const unknown = subjects.find((code) => !known.has(code));
    if (unknown !== undefined) throw new BoxError('session/subject', { subject: unknown });
    const body = { session, exam, name, plannedStart, subjects: [...new Set(subjects)], policy };
    await this.#deps.ledger.append([{ kind: 'SESSION_SAVED', body, by }]);
    this.#deps.bus.emit('session', { session });
    return this.detail(session);
  }

  /** The session while it may still be changed. Throws `session/open`. */
  #closed(session: string): StoredSession {
    const stored = this.require(session);
    if (stored.openedAt !== null) throw new BoxError('session/open');
    return stored;
  }

  #check(session: StoredSession, sittings: Sittings): void {
    const rooms = new Set(this.#p.rooms.list(null).map(({ room }) => room));
    const places = new Set<string>();
    for (const sitting of sittings) {
      const { subject, room, papers } = sitting;
      if (!session.subjects.includes(subject)) throw new BoxError('sitting/subject', { subject });
      if (!rooms.has(room)) throw new BoxError('thing/not-found', { room });
      if (places.has(placeOf(sitting))) throw new BoxError('sitting/twice', { subject, room });
      places.add(placeOf(sitting));
      if (new Set(papers.map(({ version }) => version)).size !== papers.length)
        throw new BoxError('sitting/paper', { subject, room });
      for (const { version, paper } of papers) {
        const found = selectPaper(this.#s, paper);
        if (found?.exam !== session.exam || found.subject !== subject)
          throw new BoxError('sitting/paper', { subject, room, version, paper });
      }
    }
  }

  #sittings(session: string, own: Own): SittingRow[] {
    const now = this.#deps.clock.elapsed();
    return selectSittingsOfSession(this.#s, session)
      .filter(({ room }) => own === null || own.has(room))
      .map((sitting) => describeSitting(this.#s, sitting, now));
  }

  #row(stored: StoredSession, own: Own): SessionRow {
    const { session, exam, examName, name, plannedStart, subjects, policy, openedAt } = stored;
    const sittings = this.#sittings(session, own);
    const seated = selectSeats(this.#s, session).filter(({ room }) => own === null || own.has(room)).length;
    return {
      session,
      exam,
      examName,
      name,
      plannedStart,
      subjects: own === null ? subjects : [...new Set(sittings.map(({ subject }) => subject))],
      policy,
      state: stateOf(openedAt, sittings),
      candidates: own === null ? selectPeople(this.#s, stored, subjects).length : seated,
      seated,
    };
  }

  async #facts(session: StoredSession): Promise<StepFacts> {
    const names = this.#p.exams.subjects(session.exam);
    const people = selectPeople(this.#s, session, session.subjects);
    const sittings = this.#sittings(session.session, null);
    const seats = selectSeats(this.#s, session.session);
    const rooms = this.#p.rooms.list(null);
    const used = rooms.filter(({ room }) => sittings.some((sitting) => sitting.room === room));
    const machines = selectMachinePlaces(this.#s);
    const summary = selectOptionalSummary(this.#s, session.session);
    const duty = selectDuty(this.#s);
    const watched = new Set(duty.flatMap(({ role, rooms }) => (role === 'invigilator' ? rooms : [])));
    const papers = this.#p.papers.count(session.exam);
    return {
      subjects: session.subjects.map((code) => ({
        code,
        name: names.get(code) ?? code,
        candidates: people.filter(({ subject }) => subject === code).length,
      })),
      twice: people.length - new Set(people.map(({ candidate }) => candidate)).size,
      papers,
      damaged: await this.#damaged(sittings),
      unlikePlan: sittings.filter(unlike(this.planned(session.session))).map(({ roomName }) => roomName),
      unreleased: selectUnreleased(this.#s, session.session),
      rooms: rooms.length,
      sittings: sittings.map(({ subject, roomName, papers }) => ({
        subject,
        roomName,
        papers: papers.length,
      })),
      places: used.reduce((sum, room) => sum + room.seats, 0),
      people: people.length,
      drawn: summary !== null,
      atDoor: summary?.mode === 'draw',
      seated: seats.length,
      stale: seats.length - seats.filter(fits(sittings, used)).length,
      seatsWithMachine: new Set(
        seats.map(({ room, seat }) => `${room}/${seat}`).filter((place) => machines.has(place)),
      ).size,
      machinesInRooms: [...machines].filter((place) => used.some(({ room }) => place.startsWith(`${room}/`)))
        .length,
      chiefs: duty.filter(({ role }) => role === 'chief').length,
      roomsWithoutInvigilator: used.filter(({ room }) => !watched.has(room)).map(({ name }) => name),
      clockConfirmed: selectClockConfirmed(this.#s),
    };
  }

  async #damaged(sittings: readonly SittingRow[]): Promise<string[]> {
    const papers = new Map(
      sittings.flatMap(({ papers }) => papers.map(({ paper, label }) => [paper, label])),
    );
    const damaged: string[] = [];
    for (const [paper, label] of papers) if (!(await this.#p.papers.isIntact(paper))) damaged.push(label);
    return damaged;
  }
}

/** What makes a sitting within a session the same one. */
function placeOf({ subject, room }: { subject: string; room: string }): string {
  return `${room} ${subject}`;
}

function isSame(before: SittingRow | undefined, wanted: Sittings[number]): boolean {
  if (!before || before.durationMs !== wanted.durationMs) return false;
  const text = (papers: readonly { version: string; paper: string }[]) =>
    papers.map(({ version, paper }) => `${version} ${paper}`).join('\n');
  return text(before.papers) === text(wanted.papers);
}

/** Whether a sitting is not what headquarters planned for its subject. */
function unlike(planned: readonly PlannedSubject[]) {
  const papersOf = (papers: PlannedSubject['papers']) =>
    papers
      .map(({ version, paper }) => `${version} ${paper}`)
      .sort()
      .join();
  return ({ subject, durationMs, papers }: SittingRow): boolean => {
    const plan = planned.find(({ code }) => code === subject);
    return (
      plan !== undefined &&
      (plan.durationMs !== durationMs ||
        (plan.papers.length > 0 && papersOf(plan.papers) !== papersOf(papers)))
    );
  };
}

function stateOf(openedAt: number | null, sittings: readonly SittingRow[]): SessionRow['state'] {
  if (sittings.length > 0 && sittings.every(({ state }) => state === 'ended')) return 'ended';
  if (sittings.some(({ state }) => state !== 'planned')) return 'running';
  return openedAt === null ? 'planned' : 'open';
}

/** Whether an assigned seat still is what it was drawn as: its version is used, its place is a usable or spare seat. */
function fits(sittings: readonly SittingRow[], rooms: readonly RoomRow[]) {
  const versions = new Map(
    sittings.map(({ sitting, papers }) => [sitting, papers.map(({ version }) => version)]),
  );
  const labels = new Map(
    rooms.map(({ room, plan }) => [
      room,
      new Set(
        numberSeats(plan)
          .filter(({ kind }) => kind !== 'broken')
          .map(({ label }) => label),
      ),
    ]),
  );
  return ({
    sitting,
    room,
    seat,
    version,
  }: {
    sitting: string;
    room: string;
    seat: string;
    version: string;
  }) => versions.get(sitting)?.includes(version) === true && labels.get(room)?.has(seat) === true;
}
