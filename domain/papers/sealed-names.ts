/** Names of a paper's files inside the seal (protocol/sealed.ts): they tell nothing of the content. */

export const PAPER_FILE = 'f0.age';

/** @param index 0 for the paper itself, then media, then fonts. */
export function sealedName(index: number): string {
  return `f${index}.age`;
}
