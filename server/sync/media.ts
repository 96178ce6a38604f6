/**
 * Photos, uploads and material to headquarters, by hash, after the answers: resumable by tus. A file counts as there when
 * headquarters, asked anew, no longer misses it.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DetailedError, Upload } from 'tus-js-client';
import { MEDIA_ASKED } from '#protocol/hq.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { HqClient } from './hq-client.ts';
import { type Medium, selectMediaToSend } from './sync.repo.ts';
import { HqStack, PartReader } from './tus-transport.ts';

/** At 64 kbit/s a part takes half a minute. */
const PART_BYTES = 256 * 1024;
const ENDPOINT = '/api/v1/site/media';

export class MediaSender {
  readonly #deps: Deps;
  readonly #s: Statements;
  /** Where headquarters keeps what has come of a file. Forgotten at a restart: that file then begins anew. */
  readonly #begun = new Map<string, string>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
  }

  /**
   * Sends what headquarters lacks, and returns early once `answersWait`. True: nothing is left to send. Throws `sync/*`.
   */
  async send(client: HqClient, signal: AbortSignal, answersWait: () => boolean): Promise<boolean> {
    for (let after = ''; ; ) {
      const page = selectMediaToSend(this.#s, after, MEDIA_ASKED);
      if (page.length === 0) return true;
      after = page.at(-1)?.sha256 ?? after;
      const missing = new Set(
        await client.missing(
          page.map(({ sha256 }) => sha256),
          signal,
        ),
      );
      await this.#there(page.filter(({ sha256 }) => !missing.has(sha256)));
      for (const medium of page.filter(({ sha256 }) => missing.has(sha256))) {
        const path = await this.#find(medium);
        if (path === null) continue;
        if (!(await this.#upload(client, medium, path, signal, answersWait))) return false;
        if ((await client.missing([medium.sha256], signal)).length > 0)
          throw new BoxError('sync/lying', { problem: 'a file that was sent is not there' });
        await this.#there([medium]);
        if (answersWait()) return false;
      }
    }
  }

  async #there(media: readonly Medium[]): Promise<void> {
    if (media.length === 0) return;
    const wall = this.#deps.clock.wall();
    await this.#deps.ledger.local(media.map(({ sha256 }) => ({ t: 'medium', sha256, wall })));
  }

  async #find({ sha256, kind }: Medium): Promise<string | null> {
    const { uploads, blobs } = this.#deps.folder;
    for (const path of [join(uploads, sha256), blobPath(blobs, sha256)])
      if (await stat(path).catch(() => null)) return path;
    this.#deps.log.warn({ sha256, kind }, 'a file is not here and cannot be sent');
    return null;
  }

  /** False: broken off between two parts, for answers wait; it goes on there. */
  #upload(
    client: HqClient,
    { sha256, kind }: Medium,
    path: string,
    signal: AbortSignal,
    answersWait: () => boolean,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const upload: Upload = new Upload(
        Buffer.alloc(0), // the reader below opens the file itself
        {
          endpoint: `${client.http.url}${ENDPOINT}`,
          uploadUrl: this.#begun.get(sha256) ?? null,
          metadata: { sha256, kind },
          chunkSize: PART_BYTES,
          retryDelays: null,
          storeFingerprintForResuming: false,
          fileReader: new PartReader(path),
          httpStack: new HqStack(client.http, signal),
          onBeforeRequest: async (request) => {
            request.setHeader('authorization', await client.authorization(signal));
          },
          onUploadUrlAvailable: () => {
            if (upload.url) this.#begun.set(sha256, upload.url);
          },
          onSuccess: () => {
            this.#begun.delete(sha256);
            resolve(true);
          },
          onChunkComplete: (_bytes, sent, all) => {
            if (sent >= all || !answersWait()) return;
            void upload.abort().then(() => resolve(false), reject);
          },
          onError: (error) => reject(faultOfUpload(error)),
        },
      );
      upload.start();
    });
  }
}

function faultOfUpload(error: Error): BoxError {
  const cause = error instanceof DetailedError ? error.causingError : error;
  if (cause instanceof BoxError) return cause;
  const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
  const problem = error.message.slice(0, 200);
  if (status >= 500 || status === 429 || status === 413) return new BoxError('sync/full', { status }, error);
  if (status >= 400) return new BoxError('sync/refused', { status, path: ENDPOINT }, error);
  return new BoxError('sync/lying', { path: ENDPOINT, problem }, error);
}
