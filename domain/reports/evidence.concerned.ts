/** Whom and what an evidence report is about, out of the facts of its rooms. */
import type { ReportScope } from '#protocol/reports.ts';
import type { EntryFacts, IncidentFacts, PhotoFacts, RoomFacts, SessionFacts } from './facts.ts';

export interface EvidenceScope {
  scope: ReportScope;
  attempt: string | null;
  incident: string | null;
}

export interface Concerned {
  entries: EntryFacts[];
  incidents: IncidentFacts[];
  photos: PhotoFacts[];
  rooms: RoomFacts[];
}

export function concernedBy({ rooms }: SessionFacts, { scope, attempt, incident }: EvidenceScope): Concerned {
  const all = rooms.flatMap((room) => room.entries);
  const incidents = rooms.flatMap((room) => room.incidents);
  const photos = rooms.flatMap((room) => room.photos);
  if (scope === 'session' || scope === 'room') return { entries: all, incidents, photos, rooms };
  const own = attempt === null ? null : all.find((entry) => entry.attempt?.attempt === attempt);
  const told = incidents.filter((one) =>
    own ? one.people.some(({ entry }) => entry === own.entry) : one.incident === incident,
  );
  const people = own ? [own.entry] : told.flatMap((one) => one.people.map(({ entry }) => entry));
  const concerned = new Set(people);
  const ids = new Set(told.map((one) => one.incident));
  return {
    entries: all.filter(({ entry }) => concerned.has(entry)),
    incidents: told,
    photos: photos.filter(
      (photo) =>
        (photo.incident !== null && ids.has(photo.incident)) ||
        photo.people.some(({ entry }) => concerned.has(entry)),
    ),
    rooms,
  };
}
