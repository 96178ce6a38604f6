/**
 * Photos and other files of the sites, by resumable upload (tus 1.0) into the data folder that all replicas share. A file
 * is known by its hash alone: what a site says of it is checked when it is whole.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server, type Upload } from '@tus/server';
import { Compile } from 'typebox/compile';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { SiteCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { errorBody } from '#hq/platform/http.ts';
import { syncFolder } from '#node/files/durable-file.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { MEDIA_KINDS, MEDIA_MOST_BYTES } from '#protocol/hq.ts';
import { oneOf, Sha256Hex, strict } from '#protocol/shapes.schema.ts';
import * as repo from './media.repo.ts';

export const MEDIA_PATH = '/api/v1/site/media';
/** Left free whatever is uploaded: the embedded database may be on the same disk. */
const RESERVE_BYTES = 1024 * 1024 * 1024;
const ABANDONED_MS = 7 * 24 * 3_600_000;
const ID = /^[0-9a-f]{32}$/;
const metadataShape = Compile(strict({ sha256: Sha256Hex, kind: oneOf(MEDIA_KINDS) }));

/** What stands beside each upload. */
interface Known {
  size: number;
  offset: number;
  site: string;
  sha256: string;
  kind: string;
  began: number;
}

export class MediaService {
  readonly #deps: HqDeps;
  readonly #alarms: AlarmsService;
  readonly #incoming: string;
  readonly #store: FileStore;
  readonly #tus: Server;
  readonly #callers = new WeakMap<Request, SiteCaller>();

  constructor(deps: HqDeps, alarms: AlarmsService) {
    this.#deps = deps;
    this.#alarms = alarms;
    this.#incoming = join(deps.config.data, 'media', 'incoming');
    this.#store = new FileStore({ directory: this.#incoming });
    this.#tus = new Server({
      path: MEDIA_PATH,
      datastore: this.#store,
      relativeLocation: true,
      allowedOrigins: () => false,
      maxSize: MEDIA_MOST_BYTES,
      namingFunction: () => randomBytes(16).toString('hex'),
      onUploadCreate: (request, upload) => this.#created(request, upload),
      onUploadFinish: async (_request, upload) => {
        try {
          await this.#finished(upload.id);
          return {};
        } catch (error) {
          throw error instanceof HqError ? refusal(error) : error;
        }
      },
    });
  }

  /** To be called before the first upload. */
  async start(): Promise<void> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o750 });
  }

  /** Which of these files are not here. */
  async missing(site: string, sha256: readonly string[]): Promise<string[]> {
    const here = await repo.selectHere(this.#deps.db, site, sha256);
    return sha256.filter((one) => !here.has(one));
  }

  /** One request of the protocol. Refusals of ours and of the protocol come back as coded errors with its status. */
  async handle(request: Request, caller: SiteCaller): Promise<Response> {
    const id = new URL(request.url).pathname.slice(MEDIA_PATH.length + 1);
    if (id !== '') {
      const known = ID.test(id) ? await this.#known(id) : null;
      // Another site's is not told from none.
      if (known?.site !== caller.site) throw new HqError('upload/none');
      // Whole, and the process ended before it was put away.
      if (known.offset === known.size) await this.#finished(id);
    }
    this.#callers.set(request, caller);
    // The web standard's request is what the server of the protocol takes; its own type adds fields it can do without.
    const response = await this.#tus.handleWeb(request as Parameters<Server['handleWeb']>[0]);
    response.headers.delete('upload-metadata');
    return response.status < 400 ? response : coded(response);
  }

  /** Takes away what was left lying for a week. */
  async sweep(): Promise<void> {
    const now = this.#deps.time.wall();
    const names = await readdir(this.#incoming).catch(() => []);
    for (const id of names.filter((name) => ID.test(name))) {
      const known = await this.#known(id);
      if (known && Math.abs(now - known.began) < ABANDONED_MS) continue;
      await this.#remove(id);
    }
  }

  async #created(request: Request, upload: Upload) {
    const caller = this.#callers.get(request);
    if (!caller) throw refusal(new HqError('hq/token'));
    const said = upload.metadata ?? {};
    if (!metadataShape.Check(said))
      throw refusal(new HqError('request/invalid', { where: 'upload-metadata' }));
    if (upload.size === undefined) throw refusal(new HqError('request/invalid', { where: 'upload-length' }));
    const { bavail, bsize } = await statfs(this.#incoming);
    if (bavail * bsize - upload.size < RESERVE_BYTES) throw refusal(new HqError('hq/storage'));
    const { sha256, kind } = said;
    return { metadata: { site: caller.site, sha256, kind, began: String(this.#deps.time.wall()) } };
  }

  /** Its hash is compared, and it goes to its place. Done twice it is done once. */
  async #finished(id: string): Promise<void> {
    const known = await this.#known(id);
    if (!known) return;
    const { site, sha256, kind, size: bytes } = known;
    const path = join(this.#incoming, id);
    const found = await hashOf(path);
    if (found !== sha256) {
      await this.#remove(id);
      await this.#deps.db.transaction((tx) =>
        this.#alarms.raise(tx, { site, code: 'hq/medium', detail: { sha256, kind, bytes } }),
      );
      throw new HqError('hq/medium', { sha256 });
    }
    const folder = join(this.#deps.config.data, 'media', sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
    await rename(path, join(folder, sha256));
    await syncFolder(folder);
    await repo.insertMedium(this.#deps.db, { site, sha256, kind, bytes, taken: this.#deps.time.wall() });
    await this.#remove(id);
  }

  async #known(id: string): Promise<Known | null> {
    try {
      const { size, offset, metadata } = await this.#store.getUpload(id);
      const { site, sha256, kind, began } = metadata ?? {};
      if (!site || !sha256 || !kind || size === undefined) return null;
      return { size, offset, site, sha256, kind, began: Number(began) };
    } catch {
      return null;
    }
  }

  async #remove(id: string): Promise<void> {
    const path = join(this.#incoming, id);
    for (const file of [path, `${path}.json`]) await rm(file, { force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer); // no encoding is set
  return hash.digest('hex');
}

/** The protocol's server answers what is thrown in this shape. */
function refusal(error: HqError): { status_code: number; body: string } {
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
  return status >= 500 && status !== 501 ? 'hq/internal' : 'request/invalid';
}
