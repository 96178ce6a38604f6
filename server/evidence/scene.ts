/** Where and when evidence belongs: sessions, their rooms, who sits there, and whether it is over. */
import { selectSittingsOfSession } from '#server/attempts/attempts.repo.ts';
import { describeSitting } from '#server/map/sitting-row.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  type SeatedPerson,
  type SitePlace,
  selectOptionalSeated,
  selectOptionalSession,
  selectOptionalSite,
} from './evidence.repo.ts';

export interface SceneRoom {
  room: string;
  name: string;
  /** Box time at which its first sitting began; null before. */
  startedAt: number | null;
}

export class Scene {
  readonly #deps: Deps;
  readonly #s: Statements;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
  }

  /** Throws `thing/not-found` before the box is set up. */
  site(): SitePlace {
    const site = selectOptionalSite(this.#s);
    if (!site) throw new BoxError('thing/not-found', { what: 'site' });
    return site;
  }

  /** Throws `thing/not-found`. */
  sessionName(session: string): string {
    const found = selectOptionalSession(this.#s, session);
    if (!found) throw new BoxError('thing/not-found', { session });
    return found.name;
  }

  /** Rooms of a session in the order of their names. Throws `thing/not-found` for the session. */
  rooms(session: string): SceneRoom[] {
    this.sessionName(session);
    const rooms = new Map<string, SceneRoom>();
    for (const { room, roomName, time } of selectSittingsOfSession(this.#s, session)) {
      const known = rooms.get(room)?.startedAt ?? null;
      const startedAt = known === null ? time.startedAt : Math.min(known, time.startedAt ?? known);
      rooms.set(room, { room, name: roomName, startedAt });
    }
    return [...rooms.values()];
  }

  /** Throws `thing/not-found` for a room in which nothing of the session takes place. */
  room(session: string, room: string): SceneRoom {
    const found = this.rooms(session).find((one) => one.room === room);
    if (!found) throw new BoxError('thing/not-found', { room });
    return found;
  }

  /** Throws `incident/not-here` for the first who is not seated there. */
  seated(session: string, room: string, entries: readonly string[]): SeatedPerson[] {
    return entries.map((entry) => {
      const found = selectOptionalSeated(this.#s, session, entry);
      if (found?.room !== room) throw new BoxError('incident/not-here', { entry });
      return found;
    });
  }

  /** Box time at which the last sitting ended, by a person or by its time; null while one is to come or goes on. */
  endedAt(session: string): number | null {
    const now = this.#deps.clock.elapsed();
    const ends: number[] = [];
    for (const sitting of selectSittingsOfSession(this.#s, session)) {
      const { state, endsAt } = describeSitting(this.#s, sitting, now);
      if (state !== 'ended') return null;
      ends.push(endsAt ?? sitting.time.endedAt ?? 0);
    }
    return ends.length === 0 ? null : Math.max(...ends);
  }
}
