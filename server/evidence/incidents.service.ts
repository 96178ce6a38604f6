/** Incidents (I3): recorded with a coded reason and the candidates concerned, noted on, closed with an outcome. */
import type { Static } from 'typebox';
import type { IncidentBody } from '#protocol/evidence.schema.ts';
import type { IncidentRow } from '#protocol/evidence.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  type Incident,
  selectIncidentNotes,
  selectIncidentPeople,
  selectIncidents,
  selectOptionalIncident,
} from './evidence.repo.ts';
import { photosOfIncident } from './photo-rows.ts';
import type { Scene } from './scene.ts';

export interface IncidentParts {
  scene: Scene;
  /** Shared with photos: an incident that is being closed takes no more of them. */
  turns: Turns;
}

export class IncidentsService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: IncidentParts;

  constructor(deps: Deps, parts: IncidentParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
  }

  /** Newest first; of `rooms` only, null meaning all. Throws `thing/not-found`. */
  list(session: string, rooms: ReadonlySet<string> | null): IncidentRow[] {
    this.#p.scene.sessionName(session);
    return selectIncidents(this.#s, session)
      .filter(({ room }) => rooms === null || rooms.has(room))
      .map((incident) => this.#row(incident));
  }

  /** The room of an incident. Throws `incident/none`. */
  roomOf(incident: string): string {
    return this.#incident(incident).room;
  }

  /**
   * Throws `thing/not-found` for session and room, `incident/text-needed`, `incident/not-here`, and `request/invalid` for
   * something that is to happen tomorrow.
   */
  record(session: string, body: Static<typeof IncidentBody>, by: Actor): Promise<IncidentRow> {
    return this.#p.turns.take(async () => {
      const { room, reason, happenedWall, people } = body;
      this.#p.scene.room(session, room);
      const text = body.text.trim();
      if (reason === 'other' && text === '') throw new BoxError('incident/text-needed');
      // The phone's clock and the box's differ by some seconds; a day ahead is a date typed wrongly.
      if (happenedWall > this.#deps.clock.wall() + 24 * 3_600_000)
        throw new BoxError('request/invalid', { where: 'body/happenedWall' });
      this.#p.scene.seated(session, room, people);
      const incident = newId('incident');
      await this.#deps.ledger.append([
        {
          kind: 'INCIDENT_RECORDED',
          body: { incident, session, room, reason, text, happenedWall, people },
          by,
        },
      ]);
      return this.#row(this.#incident(incident));
    });
  }

  /** Throws `incident/none` or `incident/closed`. */
  note(incident: string, text: string, by: Actor): Promise<IncidentRow> {
    return this.#p.turns.take(async () => {
      this.#open(incident);
      await this.#deps.ledger.append([{ kind: 'INCIDENT_NOTED', body: { incident, text }, by }]);
      return this.#row(this.#incident(incident));
    });
  }

  /** Throws `incident/none` or `incident/closed`. */
  close(incident: string, outcome: string, by: Actor): Promise<IncidentRow> {
    return this.#p.turns.take(async () => {
      this.#open(incident);
      await this.#deps.ledger.append([{ kind: 'INCIDENT_CLOSED', body: { incident, outcome }, by }]);
      return this.#row(this.#incident(incident));
    });
  }

  #open(incident: string): void {
    if (this.#incident(incident).outcome !== null) throw new BoxError('incident/closed');
  }

  #incident(incident: string): Incident {
    const found = selectOptionalIncident(this.#s, incident);
    if (!found) throw new BoxError('incident/none', { incident });
    return found;
  }

  #row(incident: Incident): IncidentRow {
    const id = incident.incident;
    return {
      ...incident,
      people: selectIncidentPeople(this.#s, id),
      photos: photosOfIncident(this.#s, id),
      notes: selectIncidentNotes(this.#s, id),
    };
  }
}
