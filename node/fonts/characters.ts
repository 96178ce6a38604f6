/** Characters as fonts see them: sets of code points. */

export type Characters = string | ReadonlySet<number>;

/** Controls, separators and the ignorable: they are shown by nothing, so no font needs a glyph for them. */
const UNSEEN = /^[\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}]$/u;
const REPLACEMENT = 0xfffd;

/** Half a surrogate pair counts as U+FFFD, which is what every viewer would show. Throws `TypeError` for a number that is no code point. */
export function codePoints(characters: Characters): Set<number> {
  const found = new Set<number>();
  if (typeof characters === 'string') {
    for (const character of characters) found.add(wellFormed(character.codePointAt(0) ?? REPLACEMENT));
    return found;
  }
  for (const value of characters) {
    if (!Number.isInteger(value) || value < 0 || value > 0x10ffff)
      throw new TypeError(`not a code point: ${value}`);
    found.add(wellFormed(value));
  }
  return found;
}

export function isUnseen(codePoint: number): boolean {
  return UNSEEN.test(String.fromCodePoint(codePoint));
}

function wellFormed(codePoint: number): number {
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? REPLACEMENT : codePoint;
}
