/**
 * Photos (R3): an upload becomes evidence. The picture process reads, strips and stamps it; then, and only then, the
 * ledger names it.
 */
import { createReadStream, type ReadStream } from 'node:fs';
import type { Static } from 'typebox';
import type { EventBody } from '#protocol/events.schema.ts';
import type { PhotoBody, PhotosQuery } from '#protocol/evidence.schema.ts';
import { EVIDENCE_LIMITS, PANORAMA_AFTER_MS, type PanoramaState, type PhotoRow } from '#protocol/evidence.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import type { Caller } from '#server/staff/auth.service.ts';
import {
  countPhotos,
  type Photo,
  type SeatedPerson,
  selectOptionalIncident,
  selectOptionalPhoto,
  selectPhotos,
} from './evidence.repo.ts';
import type { IncomingUploads } from './incoming.ts';
import { photoRow } from './photo-rows.ts';
import type { PictureProcess } from './picture-process.ts';
import type { Scene } from './scene.ts';
import { stampOf } from './stamp-text.ts';

export interface PhotoParts {
  scene: Scene;
  incoming: IncomingUploads;
  process: PictureProcess;
  turns: Turns;
}

export type PhotoVersion = 'original' | 'stamped' | 'small';

export class PhotosService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: PhotoParts;

  constructor(deps: Deps, parts: PhotoParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
  }

  /** Newest first; of `rooms` only, null meaning all. Throws `thing/not-found`. */
  list(
    session: string,
    { room, purpose, incident }: Static<typeof PhotosQuery>,
    rooms: ReadonlySet<string> | null,
  ): PhotoRow[] {
    this.#p.scene.sessionName(session);
    return selectPhotos(this.#s, session)
      .filter(
        (photo) =>
          (rooms === null || rooms.has(photo.room)) &&
          (room === undefined || photo.room === room) &&
          (purpose === undefined || photo.purpose === purpose) &&
          (incident === undefined || photo.incident === incident),
      )
      .map((photo) => photoRow(this.#s, photo));
  }

  /** Throws `photo/none`. */
  photo(photo: string): Photo {
    const found = selectOptionalPhoto(this.#s, photo);
    if (!found) throw new BoxError('photo/none', { photo });
    return found;
  }

  file(photo: Photo, version: PhotoVersion): { type: string; stream: ReadStream } {
    const sha256 = { original: photo.originalSha256, stamped: photo.stampedSha256, small: photo.smallSha256 };
    const type = version === 'original' ? photo.type : 'image/jpeg';
    return { type, stream: createReadStream(blobPath(this.#deps.folder.blobs, sha256[version])) };
  }

  /** Rooms of the session with what they owe. Throws `thing/not-found`. */
  panoramas(session: string, rooms: ReadonlySet<string> | null): PanoramaState[] {
    const open = this.#p.scene.endedAt(session) === null;
    return this.#p.scene
      .rooms(session)
      .filter(({ room }) => rooms === null || rooms.has(room))
      .map(({ room, name, startedAt }) => ({
        room,
        roomName: name,
        dueAt: startedAt === null ? null : startedAt + PANORAMA_AFTER_MS,
        taken: countPhotos(this.#s, session, room, 'panorama'),
        open,
      }));
  }

  /**
   * Makes evidence of the caller's finished upload. Throws `thing/not-found`, `incident/not-here`, `incident/none`,
   * `incident/closed`, `photo/session-closed`, `photo/incident-needed`, `photo/portrait-one`, `photo/unreadable`,
   * `photo/too-large`, `upload/none`, `upload/unfinished`, `upload/busy` or `box/disk-full`.
   */
  async add(session: string, body: Static<typeof PhotoBody>, caller: Caller): Promise<PhotoRow> {
    const { room, purpose, way, text } = body;
    const place = this.#p.scene.room(session, room);
    const people = this.#p.scene.seated(
      session,
      room,
      body.people.map(({ entry }) => entry),
    );
    this.#check(session, body);
    const job = this.#job(session, place.name, body, people, caller);
    const call = `photo ${session}`;
    const photo = await this.#p.incoming.claim(
      body.upload,
      caller.staff.staff,
      call,
      async ({ path, bytes }) => {
        // An administrator's uploads may be as large as a ZIP: such a file is not even read.
        if (bytes > EVIDENCE_LIMITS.photoBytes) throw new BoxError('photo/too-large');
        const photo = newId('photo');
        const [made] = await this.#p.process.run({ t: 'photo', path, ...job });
        if (made?.t !== 'photo') throw new BoxError('photo/unreadable');
        const { original, stamped, small, width, height, takenWall } = made;
        await this.#p.turns.take(async () => {
          // The picture took its time: the incident or the session may have been closed meanwhile.
          this.#check(session, body);
          const stored: EventBody<'PHOTO_STORED'> = {
            photo,
            purpose,
            session,
            room,
            incident: body.incident ?? null,
            way,
            takenWall,
            text: text.trim(),
            width,
            height,
            original,
            stamped,
            small,
            people: body.people.map(({ entry, x, y }) => ({
              entry,
              // A place has two numbers or is none.
              x: y === undefined ? null : (x ?? null),
              y: x === undefined ? null : (y ?? null),
            })),
          };
          await this.#deps.ledger.append([{ kind: 'PHOTO_STORED', body: stored, by: caller.actor }]);
        });
        return photo;
      },
    );
    return photoRow(this.#s, this.photo(photo));
  }

  #check(session: string, { purpose, room, incident, people }: Static<typeof PhotoBody>): void {
    if (purpose === 'panorama' && this.#p.scene.endedAt(session) !== null)
      throw new BoxError('photo/session-closed');
    if (purpose === 'portrait' && people.length !== 1) throw new BoxError('photo/portrait-one');
    if (new Set(people.map(({ entry }) => entry)).size !== people.length)
      throw new BoxError('request/invalid', { where: 'body/people' });
    if (purpose === 'incident' && incident === undefined) throw new BoxError('photo/incident-needed');
    if (incident === undefined) return;
    const found = selectOptionalIncident(this.#s, incident);
    // An incident of another room is none here: its photo would leave the room it is seen in.
    if (found?.session !== session || found.room !== room) throw new BoxError('incident/none', { incident });
    if (found.outcome !== null) throw new BoxError('incident/closed');
  }

  #job(
    session: string,
    roomName: string,
    { purpose, incident, text, people: asked }: Static<typeof PhotoBody>,
    people: readonly SeatedPerson[],
    caller: Caller,
  ) {
    const site = this.#p.scene.site();
    const marks = asked.flatMap(({ x, y }, i) =>
      x === undefined || y === undefined ? [] : [{ number: i + 1, x, y }],
    );
    const stamp = stampOf({
      site,
      roomName,
      sessionName: this.#p.scene.sessionName(session),
      purpose,
      reason: incident === undefined ? null : (selectOptionalIncident(this.#s, incident)?.reason ?? null),
      text: text.trim(),
      storedWall: this.#deps.clock.wall(),
      photographer: caller.staff.name,
      people,
    });
    return { ...stamp, blobs: this.#deps.folder.blobs, timeZone: site.timeZone, marks };
  }
}
