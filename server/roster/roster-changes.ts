/** A confirmed roster as events: identifiers kept for what is known, tickets handed on in an order that never doubles one. */
import { entryKey, type Gender, type ImportedEntry } from '#domain/roster/entry.ts';
import type { RosterEntry } from '#domain/roster/preview.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { newId } from '#server/platform/ids.ts';
import type { StoredEntry } from './roster.repo.ts';

type ImportedBody = EventBody<'ROSTER_IMPORTED'>;
export type SavedEntry = ImportedBody['entries'][number];

/** What an earlier import has stored, in the terms of the roster's rules. */
export function asImported({
  ticket,
  name,
  gender,
  idNumber,
  school,
  subject,
  subjectName,
}: StoredEntry): ImportedEntry {
  return {
    ticket,
    name,
    gender: gender === 'male' || gender === 'female' ? (gender satisfies Gender) : null,
    idNumber,
    school: school === '' ? null : school,
    subjectCode: subject,
    subjectName,
    room: null,
    seat: null,
    extraMinutes: null,
    extraPercent: null,
  };
}

/** New and changed entries of a list, with the identifiers that they have or get. */
export function toSave(entries: readonly RosterEntry[], stored: readonly StoredEntry[]): SavedEntry[] {
  const known = new Map(
    stored.map((one) => [entryKey({ idNumber: one.idNumber, subjectCode: one.subject }), one.entry]),
  );
  const candidates = new Map(stored.map(({ idNumber, candidate }) => [idNumber, candidate]));
  return entries
    .filter(({ status }) => status !== 'unchanged')
    .map(({ key, idNumber, ticket, name, gender, school, subjectCode }) => {
      const candidate = candidates.get(idNumber) ?? newId('candidate');
      candidates.set(idNumber, candidate);
      return {
        entry: known.get(key) ?? newId('entry'),
        candidate,
        idNumber,
        ticket,
        name,
        gender: gender ?? '',
        school: school ?? '',
        subject: subjectCode,
      };
    });
}

/**
 * Refuses to change what somebody who is sitting already signed in with: `roster/seated`, with the tickets concerned.
 * A further subject for such a person is no change.
 */
export function refuseSeated(
  saved: readonly SavedEntry[],
  stored: readonly StoredEntry[],
  sitting: ReadonlySet<string>,
): void {
  const people = new Map(stored.map((one) => [one.candidate, one]));
  const entries = new Map(stored.map((one) => [one.entry, one]));
  const touched = saved.filter((one) => {
    const person = people.get(one.candidate);
    if (!person || !sitting.has(one.candidate)) return false;
    const ticket = entries.get(one.entry)?.ticket ?? one.ticket;
    return (
      one.name !== person.name ||
      one.gender !== person.gender ||
      one.school !== person.school ||
      one.ticket !== ticket
    );
  });
  if (touched.length > 0)
    throw new BoxError('roster/seated', {
      count: touched.length,
      tickets: touched.slice(0, 20).map(({ ticket }) => ticket),
    });
}
