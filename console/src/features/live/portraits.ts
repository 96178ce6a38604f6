/** Which portrait belongs to a seat. Pure. */
import type { PhotoRow } from '#protocol/evidence.ts';

/** The newest of these photos (any order) that shows this entry's candidate; null: there is none. */
export function newestOf(photos: readonly PhotoRow[], entry: string): PhotoRow | null {
  return photos
    .filter(({ people }) => people.some((one) => one.entry === entry))
    .reduce<PhotoRow | null>(
      (newest, photo) => (newest && newest.storedWall >= photo.storedWall ? newest : photo),
      null,
    );
}
