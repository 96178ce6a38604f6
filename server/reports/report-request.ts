/** What a report is asked for, checked before anything is read or drawn. */
import type { SessionFacts } from '#domain/reports/facts.ts';
import { REPORT_KINDS, type ReportKind, type ReportRequest, type ReportScope } from '#protocol/reports.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Statements } from '#server/platform/statements.ts';
import {
  selectOptionalAttemptPlace,
  selectOptionalIncidentPlace,
  selectOptionalSession,
  selectRoomsOfSession,
} from './facts.repo.ts';

/** A request whose scope is known to exist. */
export interface PlacedRequest {
  request: ReportRequest;
  scope: ReportScope;
  /** The room it is about; null for the whole session. */
  room: string | null;
}

/** Kinds that are made person by person: a single one may be reprinted. */
const BY_PERSON: readonly ReportKind[] = ['tickets', 'answer-sheets', 'scratch-sheets'];
/** Kinds that say something without anybody seated. */
const WITHOUT_PEOPLE: readonly ReportKind[] = [
  'minutes',
  'handover',
  'machine-list',
  'machine-change-slip',
  'draw-slips',
  'incident-sheet',
  'evidence',
];

/**
 * Throws `thing/not-found` (session), `report/scope`, `report/size`, `report/purpose`, `report/no-data` (no such attempt),
 * `incident/none`.
 */
export function placeRequest(s: Statements, request: ReportRequest): PlacedRequest {
  const { kind, session, room, attempt, incident, entries, size, purpose } = request;
  const known: { scopes: readonly ReportScope[]; sizes: readonly string[]; watermark?: true } =
    REPORT_KINDS[kind];
  if (!selectOptionalSession(s, session)) throw new BoxError('thing/not-found', { session });
  const scope = incident ? 'incident' : attempt ? 'attempt' : room ? 'room' : 'session';
  const refuse = (problem: string) => new BoxError('report/scope', { kind, problem });
  if (!known.scopes.includes(scope)) throw refuse(scope);
  if (incident && attempt) throw refuse('incident and attempt');
  if (entries && !BY_PERSON.includes(kind)) throw refuse('entries');
  if (size && !known.sizes.includes(size)) throw new BoxError('report/size', { kind, sizes: known.sizes });
  if (known.watermark && (purpose ?? '').trim() === '') throw new BoxError('report/purpose', { kind });
  const place = placeOf(s, request);
  if (place && place.session !== session) throw refuse('another session');
  if (place && room && place.room !== room) throw refuse('another room');
  const at = place?.room ?? room ?? null;
  if (at !== null && !selectRoomsOfSession(s, session).some((one) => one.room === at))
    throw refuse('not a room of the session');
  return { request, scope, room: at };
}

function placeOf(s: Statements, { attempt, incident }: ReportRequest) {
  if (incident) {
    const place = selectOptionalIncidentPlace(s, incident);
    if (!place) throw new BoxError('incident/none', { incident });
    return place;
  }
  if (attempt) {
    const place = selectOptionalAttemptPlace(s, attempt);
    if (!place) throw new BoxError('report/no-data', { attempt });
    return place;
  }
  return null;
}

/** Facts without the rooms that have nothing to print. Throws `report/no-data` where nothing is left. */
export function narrowFacts(facts: SessionFacts, { kind, entries }: ReportRequest): SessionFacts {
  const wanted = entries ? new Set(entries) : null;
  const people = facts.rooms.flatMap((room) => room.entries);
  if (wanted && !people.some(({ entry }) => wanted.has(entry)))
    throw new BoxError('report/no-data', { kind, missing: 'entries' });
  // A room nobody sits in has no sheet of its own, in the print of a whole session.
  const rooms = WITHOUT_PEOPLE.includes(kind)
    ? facts.rooms
    : facts.rooms.filter((room) => room.entries.length > 0);
  if (rooms.length === 0) throw new BoxError('report/no-data', { kind, missing: 'seating' });
  if (kind === 'machine-list' && rooms.every((room) => room.machines.length === 0))
    throw new BoxError('report/no-data', { kind, missing: 'machines' });
  return { ...facts, rooms };
}
