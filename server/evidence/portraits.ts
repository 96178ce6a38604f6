/**
 * Portraits from the candidates' PCs (E4). Hundreds sign in within seconds, and a picture takes a second to stamp: what
 * arrives is put aside, durable, and worked off one after the other in the picture process. Nobody waits for it.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '#node/files/durable-file.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import type { ClientMessage } from '#protocol/socket.ts';
import type { AttemptFacts } from '#server/attempts/attempt-state.ts';
import { type AttemptRow, selectOptionalAttempt, selectSitting } from '#server/attempts/attempts.repo.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import { selectOptionalAddress, selectPortraits } from './evidence.repo.ts';
import type { PictureProcess } from './picture-process.ts';
import type { Scene } from './scene.ts';
import { stampOf } from './stamp-text.ts';

const FILE = /^(at_[0-9a-hjkmnp-tv-z]{16})\.jpg$/;
/** A full disk, a crowd in the picture process: tried again after this. */
const AGAIN_MS = 30_000;
/** Content for which there is no second try. */
const HOPELESS = ['photo/unreadable', 'photo/too-large', 'incident/not-here', 'thing/not-found'];

export class Portraits {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #scene: Scene;
  readonly #process: PictureProcess;
  /** Attempts whose picture waits. */
  readonly #waiting = new Set<string>();
  /** Entries with a portrait, by session; read once, then kept by what is committed. */
  readonly #have = new Map<string, Set<string>>();
  #working: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(deps: Deps, parts: { scene: Scene; process: PictureProcess }) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#scene = parts.scene;
    this.#process = parts.process;
    deps.ledger.onCommit((events) => {
      for (const { kind, body } of events)
        if (kind === 'PHOTO_STORED') this.#note(body as EventBody<'PHOTO_STORED'>);
    });
  }

  /** The session asks for portraits, and there is none of this candidate, nor one on its way. */
  wanted({ row, sitting }: Pick<AttemptFacts, 'row' | 'sitting'>): boolean {
    if (sitting.policy.portrait !== true || row.submittedAt !== null) return false;
    return !this.#waiting.has(row.attempt) && !this.#of(sitting.session).has(row.entry);
  }

  /** What a machine announces; null where no picture is wanted. Throws `upload/too-large`. */
  announced(
    facts: AttemptFacts,
    { bytes, sha256 }: Pick<Extract<ClientMessage, { t: 'portrait' }>, 'bytes' | 'sha256'>,
  ): { attempt: string; bytes: number; sha256: string } | null {
    if (!this.wanted(facts)) return null;
    const most = EVIDENCE_LIMITS.portraitBytes;
    if (bytes > most || bytes === 0) throw new BoxError('upload/too-large', { most });
    return { attempt: facts.row.attempt, bytes, sha256 };
  }

  /** A file that came whole and is synced: puts it aside for good. */
  async take(attempt: string, part: string): Promise<void> {
    const folder = this.#deps.folder.portraits;
    await rename(part, join(folder, `${attempt}.jpg`));
    await syncFolder(folder);
    this.#waiting.add(attempt);
    this.#work(attempt);
  }

  /** What a box that was stopped had put aside is worked off first. */
  async start(): Promise<void> {
    const folder = this.#deps.folder.portraits;
    await mkdir(folder, { recursive: true, mode: 0o750 });
    for (const name of (await readdir(folder)).sort()) {
      const attempt = FILE.exec(name)?.[1];
      if (attempt === undefined || this.#waiting.has(attempt)) continue;
      this.#waiting.add(attempt);
      this.#work(attempt);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
  }

  /** Resolves when everything put aside was worked off or put off. */
  idle(): Promise<void> {
    return this.#working;
  }

  #work(attempt: string): void {
    this.#working = this.#working.then(() => this.#make(attempt));
  }

  async #make(attempt: string): Promise<void> {
    if (this.#stopped) return;
    const path = join(this.#deps.folder.portraits, `${attempt}.jpg`);
    try {
      // A cut between the event and the tidying up: it is stored already.
      const row = selectOptionalAttempt(this.#s, attempt);
      if (row && existsSync(path) && !this.#of(this.#session(row)).has(row.entry))
        await this.#store(row, path);
    } catch (error) {
      if (!(error instanceof BoxError) || !HOPELESS.includes(error.code)) return this.#putOff(attempt, error);
      this.#deps.log.warn({ attempt, code: error.code }, 'a portrait from a machine is no picture');
    }
    await rm(path, { force: true });
    this.#waiting.delete(attempt);
  }

  #putOff(attempt: string, error: unknown): void {
    if (this.#stopped) return;
    this.#deps.log.warn({ err: error, attempt }, 'a portrait waits for another try');
    this.#waiting.delete(attempt);
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.start().catch((cause: unknown) =>
        this.#deps.log.error({ err: cause }, 'portraits stay where they are'),
      );
    }, AGAIN_MS);
  }

  async #store(row: AttemptRow, path: string): Promise<void> {
    const session = this.#session(row);
    const place = this.#scene.room(session, row.room);
    const people = this.#scene.seated(session, row.room, [row.entry]);
    const site = this.#scene.site();
    const stamp = stampOf({
      site,
      roomName: place.name,
      sessionName: this.#scene.sessionName(session),
      purpose: 'portrait',
      reason: null,
      text: '',
      storedWall: this.#deps.clock.wall(),
      photographer: `考试机 Machine · 座位 Seat ${row.seat}`,
      people,
    });
    const { blobs } = this.#deps.folder;
    const [made] = await this.#process.run({
      t: 'photo',
      path,
      ...stamp,
      blobs,
      timeZone: site.timeZone,
      marks: [],
    });
    if (made?.t !== 'photo') throw new BoxError('photo/unreadable');
    const { original, stamped, small, width, height, takenWall } = made;
    const address = selectOptionalAddress(this.#s, row.machine);
    await this.#deps.ledger.append([
      {
        kind: 'PHOTO_STORED',
        body: {
          photo: newId('photo'),
          purpose: 'portrait',
          session,
          room: row.room,
          incident: null,
          way: 'camera',
          takenWall,
          text: '',
          width,
          height,
          original,
          stamped,
          small,
          people: [{ entry: row.entry, x: null, y: null }],
        },
        by: { machine: row.machine, ...(address === null ? {} : { address }) },
      },
    ]);
    this.#deps.bus.emit('seat', { room: row.room, label: row.seat });
  }

  #session(row: AttemptRow): string {
    return selectSitting(this.#s, row.sitting).session;
  }

  #of(session: string): Set<string> {
    let have = this.#have.get(session);
    if (!have) {
      have = new Set(selectPortraits(this.#s, session));
      this.#have.set(session, have);
    }
    return have;
  }

  #note({ purpose, session, people }: EventBody<'PHOTO_STORED'>): void {
    if (purpose === 'portrait') for (const { entry } of people) this.#of(session).add(entry);
  }
}
