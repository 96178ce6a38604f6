/**
 * Names are kept as given: no case change, no full-width conversion, and above all no Unicode normalisation, which would replace
 * compatibility ideographs that stand on people's ID cards. Two things alone are changed: blanks around the name go, and the
 * dot between the parts of a name becomes U+00B7, the form that GB/T 15834 and the public security offices use; registries
 * type it in four other ways, and one person must not become two.
 */
import { ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';
import { hasPrivateUse, standardForm } from './private-use.ts';
import { stripOuterBlanks, textFault } from './text.ts';

export type NameResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: RosterFaultCode; readonly value: string };

/** Bullet, hyphenation point, katakana middle dot, full-width full stop. */
const NAME_DOTS = /[\u2022\u2027\u30FB\uFF0E]/g;

/** The stored form of a name. Idempotent; judges nothing. */
export function normaliseName(text: string): string {
  return stripOuterBlanks(text).replace(NAME_DOTS, '\u00B7');
}

/**
 * Reads a name. Refused: empty, control or direction characters inside, lone surrogates and decoding damage (U+FFFD),
 * more than 200 UTF-16 units.
 */
export function readName(text: string): NameResult {
  const value = normaliseName(text);
  if (value === '') return { ok: false, code: ROSTER_FAULTS.nameMissing.code, value };
  const code = textFault(value);
  return code === undefined ? { ok: true, value } : { ok: false, code, value };
}

/**
 * What may be wrong with a well-formed name: a question mark where an export lost a character, or a private-use character
 * (then `suggestion` has the standard form where it is known, else the name with the characters unchanged).
 */
export function nameDoubt(
  name: string,
): { kind: 'question-mark' } | { kind: 'private-use'; suggestion: string } | undefined {
  if (hasPrivateUse(name)) return { kind: 'private-use', suggestion: standardForm(name) };
  return /[?\uFF1F]/.test(name) ? { kind: 'question-mark' } : undefined;
}
