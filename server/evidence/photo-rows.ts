/** Photos as lists show them. */
import type { EventBody } from '#protocol/events.schema.ts';
import type { PhotoRow } from '#protocol/evidence.ts';
import type { Statements } from '#server/platform/statements.ts';
import {
  type Photo,
  selectOptionalEntryName,
  selectOptionalSeated,
  selectPhotosOfIncident,
} from './evidence.repo.ts';

export function photosOfIncident(s: Statements, incident: string): PhotoRow[] {
  return selectPhotosOfIncident(s, incident).map((photo) => photoRow(s, photo));
}

export function photoRow(s: Statements, photo: Photo): PhotoRow {
  const {
    type: _type,
    originalSha256,
    stampedSha256: _stamped,
    smallSha256: _small,
    people,
    ...shown
  } = photo;
  // The projector wrote it from the event.
  const marked = JSON.parse(people) as EventBody<'PHOTO_STORED'>['people'];
  return {
    ...shown,
    sha256: originalSha256,
    people: marked.map(({ entry, x, y }) => {
      const seated = selectOptionalSeated(s, photo.session, entry);
      const name = seated?.name ?? selectOptionalEntryName(s, entry) ?? '';
      return { entry, name, seat: seated?.seat ?? null, x, y };
    }),
  };
}
