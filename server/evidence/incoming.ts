/**
 * Resumable uploads of staff (tus 1.0): bytes under way, which are nobody's evidence yet. Each belongs to the person who
 * began it; a call that names it takes it over whole, or it is swept after a day. A restart loses none of it.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import type { ErrorCode } from '#protocol/errors.ts';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { extent } from '#protocol/rights.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { errorBody } from '#server/platform/http.ts';
import type { Caller } from '#server/staff/auth.service.ts';

/** A phone in a room sends a few at a time; more is a fault or an attack on the disk. */
const UPLOADS_PER_PERSON = 10;
const ABANDONED_MS = 24 * 3_600_000;
/** Left free whatever is uploaded: answers need the disk more. */
const DISK_RESERVE_BYTES = 512 * 1024 * 1024;
/** More than can be under way at once, for each holds a place in the picture process. */
const ANSWERS_KEPT = 200;
const ID = /^[0-9a-f]{32}$/;
/** Content for which there is no second try: the upload goes with the refusal. */
const REFUSED_CONTENT: readonly ErrorCode[] = [
  'photo/unreadable',
  'photo/too-large',
  'material/type',
  'registered/zip',
  'registered/empty',
];

export const UPLOADS_PATH = '/api/v1/console/uploads';

export interface FinishedUpload {
  path: string;
  bytes: number;
}

/** What stands beside each file. */
interface Known {
  id: string;
  size: number | null;
  offset: number;
  staff: string;
  /** Wall time of the box at which it began. */
  began: number;
}

export class IncomingUploads {
  readonly #deps: Deps;
  readonly #freeBytes: (folder: string) => Promise<number>;
  readonly #store: FileStore;
  readonly #tus: Server;
  /** Uploads that a call has named, and what it answers. */
  readonly #taken = new Map<string, { staff: string; call: string; answer: Promise<unknown> }>();
  /** Uploads that are being created, by person: they count before they are on the disk. */
  readonly #creating = new Map<string, number>();
  readonly #callers = new WeakMap<Request, Caller>();

  /** @param freeBytes room on the disk of a folder */
  constructor(deps: Deps, freeBytes: (folder: string) => Promise<number> = freeOf) {
    this.#deps = deps;
    this.#freeBytes = freeBytes;
    this.#store = new FileStore({ directory: deps.folder.incoming });
    this.#tus = new Server({
      path: UPLOADS_PATH,
      datastore: this.#store,
      relativeLocation: true,
      // Pages of ours alone use it: nothing is said to others.
      allowedOrigins: () => false,
      namingFunction: () => randomBytes(16).toString('hex'),
      onUploadCreate: async (request, upload) => {
        const caller = this.#callers.get(request);
        if (!caller) throw refusal(new BoxError('auth/required'));
        if (upload.size === undefined)
          throw refusal(new BoxError('request/invalid', { where: 'upload-length' }));
        await this.#checkRoom(caller, upload.size);
        // What the sender says of the file counts for nothing and is not kept.
        return { metadata: { staff: caller.staff.staff, began: String(deps.clock.wall()) } };
      },
    });
  }

  /** One request of the protocol. Refusals of ours and of the protocol come back as coded errors with its status. */
  async handle(request: Request, caller: Caller): Promise<Response> {
    const id = new URL(request.url).pathname.slice(UPLOADS_PATH.length + 1);
    if (id !== '') {
      await this.#own(id, caller.staff.staff);
      if (this.#taken.has(id)) throw new BoxError('upload/none');
    }
    this.#callers.set(request, caller);
    const creating = request.method === 'POST';
    const { staff } = caller.staff;
    if (creating) this.#creating.set(staff, (this.#creating.get(staff) ?? 0) + 1);
    try {
      // The web standard's request is what the server of the protocol takes; its own type adds fields it can do without.
      const response = await this.#tus.handleWeb(request as Parameters<Server['handleWeb']>[0]);
      return response.status < 400 ? withoutMetadata(response) : coded(response);
    } finally {
      if (creating) this.#creating.set(staff, (this.#creating.get(staff) ?? 1) - 1);
    }
  }

  /**
   * Lends a finished upload of the caller's to `use`, once; afterwards it is gone. A repeat of the same call gets the
   * answer of the first: over a weak network the answer may be lost where the work was done. Where the box was at fault the
   * upload stays for another try. Throws `upload/none`, `upload/unfinished`, or what `use` throws.
   * @param call names what is asked for; each name has one type of answer
   */
  async claim<T>(
    id: string,
    staff: string,
    call: string,
    use: (upload: FinishedUpload) => Promise<T>,
  ): Promise<T> {
    const found = this.#taken.has(id) ? null : await this.#own(id, staff);
    // Another call may have come while the disk was asked.
    const taken = this.#taken.get(id);
    if (taken) {
      if (taken.staff !== staff || taken.call !== call) throw new BoxError('upload/none');
      return taken.answer as Promise<T>; // by the call's name
    }
    if (found === null) throw new BoxError('upload/none');
    const { size, offset } = found;
    if (size === null || offset < size) throw new BoxError('upload/unfinished');
    const answer = this.#use(id, use({ path: join(this.#deps.folder.incoming, id), bytes: size }));
    this.#taken.set(id, { staff, call, answer });
    return answer;
  }

  async #use<T>(id: string, used: Promise<T>): Promise<T> {
    try {
      const answer = await used;
      await this.#remove(id);
      this.#forgetOldest();
      return answer;
    } catch (error) {
      if (error instanceof BoxError && REFUSED_CONTENT.includes(error.code)) await this.#remove(id);
      this.#taken.delete(id);
      throw error;
    }
  }

  /** Answers are kept for repeats, and for those that come soon: the last are enough. */
  #forgetOldest(): void {
    for (const id of this.#taken.keys()) {
      if (this.#taken.size <= ANSWERS_KEPT) return;
      this.#taken.delete(id);
    }
  }

  /** Takes away what was left lying for a day, and what a power cut has left half made. */
  async sweep(): Promise<void> {
    const now = this.#deps.clock.wall();
    const { incoming } = this.#deps.folder;
    const names = await readdir(incoming);
    for (const id of new Set(names.map((name) => name.replace(/\.json$/, '')))) {
      if (!ID.test(id) || this.#taken.has(id)) continue;
      const known = await this.#known(id);
      // A clock that was set back would keep them for ever.
      if (known !== null && Math.abs(now - known.began) < ABANDONED_MS) continue;
      if (known === null && (await isYoung(join(incoming, id)))) continue;
      await this.#remove(id);
    }
  }

  async #own(id: string, staff: string): Promise<Known> {
    const known = ID.test(id) ? await this.#known(id) : null;
    // Another person's is not told from none.
    if (known?.staff !== staff) throw new BoxError('upload/none');
    return known;
  }

  async #known(id: string): Promise<Known | null> {
    try {
      const { size, offset, metadata } = await this.#store.getUpload(id);
      const { staff = null, began = null } = metadata ?? {};
      if (staff === null || began === null) return null;
      return { id, size: size ?? null, offset, staff, began: Number(began) };
    } catch {
      return null;
    }
  }

  /** Throws what a person may not, as the protocol's server wants it. */
  async #checkRoom(caller: Caller, size: number): Promise<void> {
    const most = mostBytes(caller);
    if (most === 0) throw refusal(new BoxError('auth/forbidden'));
    if (size > most) throw refusal(new BoxError('request/too-large', { mostBytes: most }));
    const { incoming } = this.#deps.folder;
    const own: Known[] = [];
    let coming = 0;
    for (const name of await readdir(incoming)) {
      const known = ID.test(name) ? await this.#known(name) : null;
      if (known?.staff === caller.staff.staff) own.push(known);
      if (known) coming += Math.max(0, (known.size ?? 0) - known.offset);
    }
    const finished = own.filter(({ size, offset }) => offset === size);
    const under = own.length - finished.length + (this.#creating.get(caller.staff.staff) ?? 0);
    if (under > UPLOADS_PER_PERSON) throw refusal(new BoxError('upload/busy', { most: UPLOADS_PER_PERSON }));
    // A call that was refused leaves its upload behind, for another try: the oldest of many is none.
    finished.sort((a, b) => b.began - a.began);
    for (const { id } of finished.slice(UPLOADS_PER_PERSON)) if (!this.#taken.has(id)) await this.#remove(id);
    if ((await this.#freeBytes(incoming)) - coming - size < DISK_RESERVE_BYTES)
      throw refusal(new BoxError('box/disk-full'));
  }

  async #remove(id: string): Promise<void> {
    const path = join(this.#deps.folder.incoming, id);
    for (const file of [path, `${path}.json`]) await rm(file, { force: true });
  }
}

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Largest upload by what a person may do with it: a ZIP of photos, material, a picture, or nothing. */
function mostBytes({ staff: { role } }: Caller): number {
  if (extent(role, 'prepare.write') !== 'none') return EVIDENCE_LIMITS.zipBytes;
  if (extent(role, 'evidence.close') !== 'none') return EVIDENCE_LIMITS.materialBytes;
  return extent(role, 'evidence.write') !== 'none' ? EVIDENCE_LIMITS.photoBytes : 0;
}

/** The protocol's server answers what is thrown in this shape. */
function refusal(error: BoxError): { status_code: number; body: string } {
  return { status_code: error.status, body: JSON.stringify(errorBody(error.code, error.detail)) };
}

/** An answer of the protocol's server with a code in it; status and headers stay, for clients go by them. */
async function coded(response: Response): Promise<Response> {
  const text = await response.text();
  const body = text.startsWith('{')
    ? text
    : JSON.stringify(errorBody(codeOf(response.status), { problem: text.trim() }));
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json; charset=utf-8');
  headers.delete('content-length');
  return new Response(body, { status: response.status, headers });
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return 'upload/none';
  if (status === 409) return 'upload/offset';
  if (status === 413) return 'request/too-large';
  // 501: an extension that is not offered.
  return status >= 500 && status !== 501 ? 'box/internal' : 'request/invalid';
}

/** Whose it is stays here. */
function withoutMetadata(response: Response): Response {
  response.headers.delete('upload-metadata');
  return response;
}

/** Whether it is just being made: the file is there a moment before what stands beside it. */
async function isYoung(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < 60_000;
}
