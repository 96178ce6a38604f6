/** Words for what a seating could not meet (kinds of domain/seating/seating.unmet.ts). */
import type { UnmetKind } from '#domain/seating/seating.unmet.ts';
import { m } from '../../paraglide/messages.js';

const WORDS: Record<UnmetKind, () => string> = {
  'no-seat': m.unmet_no_seat,
  'no-separate-room': m.unmet_no_separate_room,
  'same-version-neighbours': m.unmet_same_version_neighbours,
  'school-mates-adjacent': m.unmet_school_mates_adjacent,
  'same-version-diagonal': m.unmet_same_version_diagonal,
  'school-mates-diagonal': m.unmet_school_mates_diagonal,
};

/** A kind that this version does not know is shown as it is. */
export function unmetWord(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? WORDS[kind as UnmetKind]() : kind; // hasOwn has just shown that it is one
}

/** Nobody may be left without a seat; the rest are wishes. */
export const isGrave = (kind: string): boolean => kind === 'no-seat' || kind === 'no-separate-room';
