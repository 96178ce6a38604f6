/**
 * Cleaning of cell text that all fields share. Nothing here changes what a person reads, apart from
 * `toHalfWidth`, which is for numbers and codes alone, never for names.
 */
import { ROSTER_FAULTS, type RosterFaultCode } from './faults.ts';

/**
 * Characters that show as nothing: white space (JavaScript's \s holds U+3000, U+00A0 and the byte order mark),
 * zero-width space and word joiner, soft hyphen, Hangul fillers, and the direction marks that copying from
 * Windows dialogs leaves at the edges (U+202A before, U+202C behind). Joiners U+200C and U+200D are no blanks:
 * names in Arabic script need them.
 */
const BLANK =
  '[\\s\\u00AD\\u115F\\u1160\\u180E\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\u2800\\u3164]';
const OUTER_BLANKS = new RegExp(`^${BLANK}+|${BLANK}+$`, 'gu');
const ALL_BLANKS = new RegExp(BLANK, 'gu');

/** Longest text taken in one cell, in UTF-16 units; longer is a broken line, not a name. */
export const MAX_TEXT_LENGTH = 200;

export function stripOuterBlanks(text: string): string {
  return text.replace(OUTER_BLANKS, '');
}

export function stripAllBlanks(text: string): string {
  return text.replace(ALL_BLANKS, '');
}

/** Full-width ASCII (U+FF01 to U+FF5E, as Chinese input methods type it) to plain ASCII. */
export function toHalfWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

/**
 * Normal form of ticket numbers, subject codes and ID numbers: half-width, no blanks, without the apostrophe
 * that spreadsheets and registries put before digits to keep them text. Idempotent.
 */
export function normaliseCode(text: string): string {
  return stripAllBlanks(toHalfWidth(text)).replace(/^['\u2018\u2019`]+/, '');
}

/** Control and direction characters inside a text: they are invisible and can make one name look like another. */
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/;
/** U+FFFD is what a wrong decoding leaves behind; U+FFFE and U+FFFF are no characters. */
const DAMAGED = /[\uFFFD-\uFFFF]/;
// With the u flag a proper pair is one code point, so this matches only a surrogate without its half.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why a text (outer blanks already stripped) cannot be kept, or undefined. */
export function textFault(text: string): RosterFaultCode | undefined {
  if (CONTROL.test(text)) return ROSTER_FAULTS.controlCharacter.code;
  if (DAMAGED.test(text) || LONE_SURROGATE.test(text)) return ROSTER_FAULTS.damagedText.code;
  if (text.length > MAX_TEXT_LENGTH) return ROSTER_FAULTS.tooLong.code;
  return undefined;
}
