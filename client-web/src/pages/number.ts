/** A ticket or identity number as candidates type it: full-width figures, blanks and hyphens forgiven, `x` is `X`. */
export function normalNumber(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\-‐-―·.]/gu, '')
    .toUpperCase();
}
