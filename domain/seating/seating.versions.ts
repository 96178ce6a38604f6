/**
 * Which paper version lies on which seat.
 *
 * The base is a pattern over the room, ranks and files without any seat left out: with 2 or 3 versions
 * (rank + file) mod k, a checkerboard, so that side, front and back always differ; with 4 and more
 * (file + 2 · rank) mod k, so that the corners differ as well. Where a room is only partly filled or shared by
 * subjects the pattern may leave equal versions over corners that could be avoided, and with one version more for a
 * subject than for another it still holds, as every subject counts by itself. A few rounds of improvement follow,
 * which never bring back a strong clash.
 */
import { seeded, subSeed } from '#domain/random/seeded.ts';
import type { Adjacency } from './floor-plan.neighbours.ts';
import type { Occupants } from './seating.apart.ts';
import { type SeatingPerson, STRONG_CLASH, WEAK_CLASH } from './seating.ts';

const ROUNDS = 8;

/** Numbers the lines in use 0, 1, 2, … so that a plan drawn with an aisle between any two files is a checkerboard too. */
function compress(lines: readonly number[]): number[] {
  const used = [...new Set(lines)].sort((a, b) => a - b);
  const place = new Map(used.map((line, index) => [line, index]));
  return lines.map((line) => place.get(line)!);
}

/** For each seat of the plan the version that the pattern gives it: an index below `count`. */
export function versionPattern(grid: Adjacency, count: number, offset: number): number[] {
  const ranks = compress(grid.rank);
  const files = compress(grid.file);
  return grid.seats.map((_, seat) => {
    const step = count <= 3 ? ranks[seat]! + files[seat]! : files[seat]! + 2 * ranks[seat]!;
    return (step + offset) % count;
  });
}

/** Where the pattern of a room and subject begins: which version is in the corner is drawn. */
export function patternOffset(seed: string, room: string, subject: string, count: number): number {
  return seeded(subSeed(seed, 'version', room, subject)).below(count);
}

/** Versions by the index of the seat, null where nobody sits. */
export function versionsForRoom(
  seed: string,
  room: string,
  grid: Adjacency,
  occupants: Occupants,
  versionsOf: (subject: string) => readonly string[],
): (string | null)[] {
  const patterns = new Map<string, number[]>();
  const patternOf = (subject: string): number[] => {
    let pattern = patterns.get(subject);
    if (!pattern) {
      const count = versionsOf(subject).length;
      pattern = versionPattern(grid, count, patternOffset(seed, room, subject, count));
      patterns.set(subject, pattern);
    }
    return pattern;
  };
  const chosen = occupants.map((person, seat) => (person ? patternOf(person.subject)[seat]! : null));

  const clashes = (person: SeatingPerson, seat: number, version: number): number => {
    let sum = 0;
    for (const other of grid.strong[seat]!)
      if (chosen[other] === version && occupants[other]?.subject === person.subject) sum += STRONG_CLASH;
    for (const other of grid.weak[seat]!)
      if (chosen[other] === version && occupants[other]?.subject === person.subject) sum += WEAK_CLASH;
    return sum;
  };

  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    occupants.forEach((person, seat) => {
      if (!person) return;
      let best = chosen[seat]!;
      let fewest = clashes(person, seat, best);
      for (let version = 0; version < versionsOf(person.subject).length && fewest > 0; version++) {
        const count = clashes(person, seat, version);
        if (count < fewest) {
          best = version;
          fewest = count;
        }
      }
      if (best !== chosen[seat]) {
        chosen[seat] = best;
        changed = true;
      }
    });
    if (!changed) break;
  }

  return occupants.map((person, seat) => {
    const version = chosen[seat];
    return person && version !== null && version !== undefined ? versionsOf(person.subject)[version]! : null;
  });
}
