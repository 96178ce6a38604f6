/** What a confirmed roster may change. */
import type { SavedEntry, StoredEntry } from '#domain/roster/saved-entries.ts';
import { BoxError } from '#server/platform/box-error.ts';

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
