/** Incidents, photos and credits of a room, with the names behind the ids. */
import { decodeEvent } from '#domain/ledger/event.ts';
import type {
  CreditFacts,
  EntryFacts,
  IncidentFacts,
  PhotoFacts,
  SittingFacts,
} from '#domain/reports/facts.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { INCIDENT_REASONS, type IncidentReason } from '#protocol/evidence.ts';
import type { Statements } from '#server/platform/statements.ts';
import {
  type CreditSql,
  selectCredits,
  selectEventsOfKind,
  selectIncidentNotes,
  selectIncidentPeople,
  selectIncidents,
  selectPhotos,
} from './facts.repo.ts';

/** Staff's names by id; somebody unknown is told by the id itself. */
export type Names = ReadonlyMap<string, string>;
const nameIn = (names: Names, staff: string) => names.get(staff) ?? staff;

/** A credit, and who gave it. */
export type GivenCredit = CreditSql & { staffName: string };

/** All credits of the ledger, oldest first; a session has a handful. */
export function readCredits(s: Statements, names: Names): GivenCredit[] {
  const givers = new Map<string, string>();
  for (const { bytes } of selectEventsOfKind(s, 'TIME_CREDITED')) {
    const { body, by } = decodeEvent(bytes);
    if (by?.staff !== undefined)
      givers.set((body as EventBody<'TIME_CREDITED'>).credit, nameIn(names, by.staff));
  }
  return selectCredits(s).map((credit) => ({ ...credit, staffName: givers.get(credit.credit) ?? '' }));
}

/** Those that reach into a room: by the same rule as the projection of TIME_CREDITED. */
export function creditsOfRoom(
  credits: readonly GivenCredit[],
  of: {
    session: string;
    room: string;
    sittings: readonly Pick<SittingFacts, 'sitting'>[];
    entries: readonly EntryFacts[];
  },
): CreditFacts[] {
  const entryOf = new Map(of.entries.map(({ entry, attempt }) => [attempt?.attempt, entry]));
  return credits.flatMap(({ scope, ms, cause, wall, staffName }): CreditFacts[] => {
    const given = { ms, cause, wall, staffName };
    if (scope.attempt !== undefined) {
      const entry = entryOf.get(scope.attempt);
      return entry === undefined ? [] : [{ forWhom: { entry, room: of.room }, ...given }];
    }
    const reaches =
      (scope.session === undefined || scope.session === of.session) &&
      (scope.room === undefined || scope.room === of.room) &&
      (scope.sitting === undefined || of.sittings.some(({ sitting }) => sitting === scope.sitting));
    const narrow = scope.room !== undefined || scope.sitting !== undefined;
    return reaches ? [{ forWhom: { entry: null, room: narrow ? of.room : null }, ...given }] : [];
  });
}

/** `entries` are those of the room: people on a photo are looked up there. */
export function readPhotos(
  s: Statements,
  of: { session: string; room: string; entries: readonly EntryFacts[] },
  names: Names,
): PhotoFacts[] {
  const seated = new Map(of.entries.map((entry) => [entry.entry, entry]));
  return selectPhotos(s, of.session, of.room).map(({ staff, people, ...photo }) => ({
    ...photo,
    text: typed(photo.text),
    staffName: nameIn(names, staff),
    people: people.map(({ entry, x, y }) => {
      const who = seated.get(entry);
      return { entry, name: who?.name ?? entry, seat: who?.seat ?? null, x, y };
    }),
  }));
}

export function readIncidents(
  s: Statements,
  of: { session: string; room: string; roomName: string },
  photos: readonly PhotoFacts[],
  names: Names,
): IncidentFacts[] {
  return selectIncidents(s, of.session, of.room).map(({ staff, reason, ...row }) => ({
    ...row,
    text: typed(row.text),
    outcome: row.outcome === null ? null : typed(row.outcome),
    reason: reasonOf(reason),
    roomName: of.roomName,
    staffName: nameIn(names, staff),
    people: selectIncidentPeople(s, row.incident),
    notes: selectIncidentNotes(s, row.incident).map((note) => ({
      text: typed(note.text),
      wall: note.wall,
      staffName: nameIn(names, note.staff),
    })),
    photos: photos.filter(({ incident }) => incident === row.incident),
  }));
}

/** What a person typed, with line feeds alone: no font has a glyph for a control character. */
function typed(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');
}

/** A reason of a newer version reads as the general one. */
function reasonOf(reason: string): IncidentReason {
  return INCIDENT_REASONS.find((known) => known === reason) ?? 'other';
}
