/** Photos that came with the registration (P13): a ZIP, each file named by an ID or ticket number. */
import { createReadStream, type ReadStream } from 'node:fs';
import type { RegisteredImport } from '#protocol/evidence.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Caller } from '#server/staff/auth.service.ts';
import {
  selectCandidateNumbers,
  selectHasExam,
  selectOptionalRegisteredPhoto,
  selectRoomsOfCandidate,
} from './evidence.repo.ts';
import type { IncomingUploads } from './incoming.ts';
import type { PictureLine } from './picture-jobs.ts';
import type { PictureProcess } from './picture-process.ts';

/** An event holds so many photos: its bytes stay far below what one commit carries. */
const PHOTOS_PER_EVENT = 2_000;
const MISSING_TOLD = 500;

export interface RegisteredParts {
  incoming: IncomingUploads;
  process: PictureProcess;
}

type Line<T extends PictureLine['t']> = Extract<PictureLine, { t: T }>;

export class RegisteredService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: RegisteredParts;

  constructor(deps: Deps, parts: RegisteredParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
  }

  /** Rooms in which the candidate sits. Throws `thing/not-found`. */
  roomsOf(candidate: string): string[] {
    const rooms = selectRoomsOfCandidate(this.#s, candidate);
    if (!rooms) throw new BoxError('thing/not-found', { candidate });
    return rooms;
  }

  /** The registered photo, a JPEG. Throws `photo/none`. */
  file(candidate: string): ReadStream {
    const sha256 = selectOptionalRegisteredPhoto(this.#s, candidate);
    if (sha256 === null) throw new BoxError('photo/none', { candidate });
    return createReadStream(blobPath(this.#deps.folder.blobs, sha256));
  }

  /**
   * Takes the photos of the caller's finished upload; those of a second ZIP replace earlier ones of the same candidates.
   * Throws `thing/not-found`, `registered/zip`, `registered/empty`, `upload/none`, `upload/unfinished` or `box/disk-full`.
   */
  async import(exam: string, upload: string, file: string, caller: Caller): Promise<RegisteredImport> {
    if (!selectHasExam(this.#s, exam)) throw new BoxError('thing/not-found', { exam });
    return this.#p.incoming.claim(upload, caller.staff.staff, `registered ${exam}`, async ({ path }) => {
      const lines = await this.#p.process.run({
        t: 'registered',
        path,
        blobs: this.#deps.folder.blobs,
        candidates: this.#numbers(exam),
      });
      const of = <T extends PictureLine['t']>(t: T) => lines.filter((line): line is Line<T> => line.t === t);
      const matched = of('registered');
      const told = { doubled: of('doubled'), unreadable: of('unreadable'), unknown: of('unknown') };
      if (matched.length + told.doubled.length + told.unreadable.length === 0)
        throw new BoxError('registered/empty');
      await this.#record(exam, file, of('zip')[0]?.sha256 ?? '', matched, caller);
      return this.#result(exam, matched.length, told);
    });
  }

  async #record(
    exam: string,
    file: string,
    sha256: string,
    matched: readonly Line<'registered'>[],
    caller: Caller,
  ): Promise<void> {
    const parts = Math.ceil(matched.length / PHOTOS_PER_EVENT);
    if (parts === 0) return;
    await this.#deps.ledger.append(
      Array.from({ length: parts }, (_, i) => ({
        kind: 'REGISTERED_PHOTOS_IMPORTED' as const,
        body: {
          exam,
          file,
          sha256,
          part: i + 1,
          parts,
          photos: matched
            .slice(i * PHOTOS_PER_EVENT, (i + 1) * PHOTOS_PER_EVENT)
            .map(({ candidate, sha256, bytes }) => ({ candidate, sha256, bytes })),
        },
        by: caller.actor,
      })),
    );
  }

  /** Whom a number means. One that is the ticket of one person and the ID of another means nobody. */
  #numbers(exam: string): Record<string, string | null> {
    const numbers = new Map<string, string | null>();
    for (const { candidate, idNumber, ticket } of selectCandidateNumbers(this.#s, exam))
      for (const number of [idNumber, ticket]) {
        const key = number.normalize('NFKC').trim().toUpperCase();
        numbers.set(
          key,
          (numbers.get(key) ?? candidate) === candidate && numbers.get(key) !== null ? candidate : null,
        );
      }
    numbers.delete('');
    return Object.fromEntries(numbers);
  }

  #result(
    exam: string,
    matched: number,
    told: { doubled: Line<'doubled'>[]; unreadable: Line<'unreadable'>[]; unknown: Line<'unknown'>[] },
  ): RegisteredImport {
    const rows = selectCandidateNumbers(this.#s, exam);
    const names = new Map(rows.map(({ candidate, name }) => [candidate, name]));
    const missing = new Map<string, { name: string; ticket: string }>();
    for (const { candidate, name, ticket, photo } of rows)
      if (photo === null && !missing.has(candidate)) missing.set(candidate, { name, ticket });
    return {
      matched,
      missing: { total: missing.size, some: [...missing.values()].slice(0, MISSING_TOLD) },
      doubled: told.doubled.map(({ file, candidate }) => ({ file, name: names.get(candidate) ?? '' })),
      unreadable: told.unreadable.map(({ file, code }) => ({ file, code })),
      unknown: told.unknown.map(({ file }) => file),
    };
  }
}
