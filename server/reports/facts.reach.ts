/** Which events of the ledger a report is about. */
import type { SessionFacts } from '#domain/reports/facts.ts';
import type { EventKind } from '#protocol/events.schema.ts';

/** Kinds of no single attempt that a report may tell about. */
export const SHARED_KINDS = [
  'ENTRY_OPENED',
  'ENTRY_CLOSED',
  'SITTING_DELAYED',
  'SITTING_STARTED',
  'SITTING_PAUSED',
  'SITTING_RESUMED',
  'SITTING_ENDED',
  'TIME_CREDITED',
  'NOTICE_SENT',
  'ADDRESS_APPROVED',
  'MACHINE_ENROLLED',
  'MACHINE_RETIRED',
  'INCIDENT_RECORDED',
  'INCIDENT_NOTED',
  'INCIDENT_CLOSED',
  'PHOTO_STORED',
  'MATERIAL_ADDED',
  'SEAT_DRAWN',
] as const satisfies readonly EventKind[];
/** An event's body, of whatever kind. */
export type Body = Record<string, unknown>;

export interface Concerned {
  /** One attempt, one incident, or everything in the rooms of the facts. */
  attempt: string | null;
  incident: string | null;
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);

export class Reach {
  /** Attempts whose own events are told one by one. */
  readonly attempts: readonly string[];
  readonly #session: string;
  readonly #one: boolean;
  readonly #known: ReadonlySet<string>;
  readonly #rooms: ReadonlySet<string>;
  readonly #sittings: ReadonlySet<string>;
  readonly #entries: ReadonlySet<string>;
  readonly #incidents: ReadonlySet<string>;
  readonly #photos: ReadonlySet<string>;
  readonly #machines: ReadonlySet<string>;

  constructor(facts: SessionFacts, { attempt, incident }: Concerned) {
    const entries = facts.rooms.flatMap((room) => room.entries);
    const incidents = facts.rooms.flatMap((room) => room.incidents);
    const told = incidents.filter(
      (one) =>
        (incident === null || one.incident === incident) &&
        (attempt === null ||
          one.people.some((person) =>
            entries.some((entry) => entry.entry === person.entry && entry.attempt?.attempt === attempt),
          )),
    );
    const people = new Set(told.flatMap((one) => one.people.map((person) => person.entry)));
    const concerned = entries.filter((entry) =>
      attempt !== null ? entry.attempt?.attempt === attempt : incident === null || people.has(entry.entry),
    );
    this.#session = facts.session;
    this.#one = attempt !== null || incident !== null;
    const attempts = concerned.flatMap((entry) => entry.attempt?.attempt ?? []);
    this.attempts = this.#one ? attempts : [];
    this.#known = new Set(attempts);
    this.#rooms = new Set(facts.rooms.map(({ room }) => room));
    const sittings = this.#one
      ? concerned.map(({ sitting }) => sitting)
      : facts.rooms.flatMap((room) => room.sittings.map(({ sitting }) => sitting));
    this.#sittings = new Set(sittings);
    this.#entries = new Set(concerned.map(({ entry }) => entry));
    this.#incidents = new Set(told.map((one) => one.incident));
    this.#photos = new Set(
      facts.rooms
        .flatMap((room) => room.photos)
        .filter(
          (photo) =>
            !this.#one ||
            (photo.incident !== null && this.#incidents.has(photo.incident)) ||
            photo.people.some(({ entry }) => this.#entries.has(entry)),
        )
        .map(({ photo }) => photo),
    );
    const seats = new Set(concerned.map(({ room, seat }) => `${room} ${seat}`));
    this.#machines = new Set(
      facts.rooms
        .flatMap((room) => room.machines)
        .filter(({ room, seat }) => !this.#one || seats.has(`${room} ${seat}`))
        .map(({ machine }) => machine),
    );
  }

  concerns(kind: (typeof SHARED_KINDS)[number], body: Body): boolean {
    switch (kind) {
      case 'INCIDENT_RECORDED':
      case 'INCIDENT_NOTED':
      case 'INCIDENT_CLOSED':
        return this.#incidents.has(text(body['incident']) ?? '');
      case 'PHOTO_STORED':
        return this.#photos.has(text(body['photo']) ?? '');
      case 'MATERIAL_ADDED': {
        const room = text(body['room']);
        return !this.#one && body['session'] === this.#session && (room === null || this.#rooms.has(room));
      }
      case 'ENTRY_OPENED':
        return body['session'] === this.#session;
      case 'SEAT_DRAWN':
        return this.#one && body['session'] === this.#session && this.#entries.has(text(body['entry']) ?? '');
      case 'ADDRESS_APPROVED':
      case 'MACHINE_RETIRED':
        return this.#machines.has(text(body['machine']) ?? '');
      case 'MACHINE_ENROLLED':
        // The first machine of a seat is preparation; one that takes another's place was approved by a person.
        return body['replaces'] !== null && this.#machines.has(text(body['machine']) ?? '');
      case 'TIME_CREDITED':
      case 'NOTICE_SENT':
        // Both bodies have a scope, checked by their schemas when they were written.
        return this.#inScope(body['scope'] as Record<string, string | undefined>);
      default:
        return this.#sittings.has(text(body['sitting']) ?? '');
    }
  }

  #inScope(scope: Record<string, string | undefined>): boolean {
    if (scope['attempt'] !== undefined) return this.#known.has(scope['attempt']);
    return (
      (scope['session'] === undefined || scope['session'] === this.#session) &&
      (scope['room'] === undefined || this.#rooms.has(scope['room'])) &&
      (scope['sitting'] === undefined || this.#sittings.has(scope['sitting']))
    );
  }
}
