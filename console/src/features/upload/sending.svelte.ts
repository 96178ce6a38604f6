/**
 * A file on its way to the box in chunks (tus 1.0), and what is then made of it. A lost line is waited for, and the
 * upload goes on where it stood; the same file chosen again after a reload goes on as well.
 */
import { type DetailedError, Upload } from 'tus-js-client';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { call } from '../../api/call.ts';
import { Failure, failureOf } from '../../api/failure.ts';
import { mayRetry, percent, RETRY_DELAYS_MS, uploadName } from './retry.ts';

const ENDPOINT = '/api/v1/console/uploads';
/** Between tries of the last call, once the bytes are there. */
const STORE_AGAIN_MS = 2_000;

export type Stage = 'idle' | 'sending' | 'waiting' | 'storing';

export class Sending {
  stage = $state<Stage>('idle');
  sent = $state(0);
  of = $state(0);
  #upload: Upload | null = null;
  #given = 0;

  get busy(): boolean {
    return this.stage !== 'idle';
  }

  get percent(): number {
    return percent(this.sent, this.of);
  }

  /**
   * Sends the file, then does with the finished upload what `store` says; that is tried again while nobody answers. Throws
   * `Failure`. `giveUp` leaves the promise open.
   */
  async send<T>(file: File, store: (upload: string) => Promise<T>): Promise<T> {
    const turn = ++this.#given;
    this.stage = 'sending';
    this.sent = 0;
    this.of = file.size;
    try {
      const upload = await this.#bytes(file);
      this.stage = 'storing';
      for (;;) {
        try {
          return await store(upload);
        } catch (thrown) {
          if (!(thrown instanceof Failure) || thrown.code !== 'console/offline' || turn !== this.#given)
            throw thrown;
          this.stage = 'waiting';
          await new Promise((resolve) => setTimeout(resolve, STORE_AGAIN_MS));
          this.stage = 'storing';
        }
      }
    } finally {
      if (turn === this.#given) this.stage = 'idle';
    }
  }

  giveUp(): void {
    this.#given++;
    void this.#upload?.abort();
    this.#upload = null;
    this.stage = 'idle';
  }

  #bytes(file: File): Promise<string> {
    return new Promise((resolve, reject) => {
      let accepted = 0;
      const upload = new Upload(file, {
        endpoint: ENDPOINT,
        chunkSize: EVIDENCE_LIMITS.chunkBytes,
        retryDelays: [...RETRY_DELAYS_MS],
        removeFingerprintOnSuccess: true,
        metadata: { filename: file.name, filetype: file.type },
        onShouldRetry: (error, attempt) => {
          const again = mayRetry(statusOf(error), attempt);
          if (!again) return false;
          this.stage = 'waiting';
          // What was on its way is lost; what the box has said it has is not.
          this.sent = accepted;
          return true;
        },
        onChunkComplete: (_chunk, now) => {
          accepted = now;
        },
        onProgress: (sent) => {
          this.stage = 'sending';
          this.sent = sent;
        },
        onSuccess: () => resolve(uploadName(upload.url ?? '')),
        onError: (error) => {
          const failure = failureFrom(error);
          // The gate opens by itself when nobody is signed in any more.
          if (failure.status === 401) void call('GET /api/v1/console/me', {}).catch(() => {});
          reject(failure);
        },
      });
      this.#upload = upload;
      void upload.findPreviousUploads().then((previous) => {
        const last = previous.at(-1);
        if (last) upload.resumeFromPreviousUpload(last);
        upload.start();
      }, reject);
    });
  }
}

const statusOf = (error: Error | DetailedError): number =>
  ('originalResponse' in error ? error.originalResponse?.getStatus() : undefined) ?? 0;

function failureFrom(error: Error | DetailedError): Failure {
  const status = statusOf(error);
  if (status === 0) return new Failure('console/offline', 503);
  const text = ('originalResponse' in error ? error.originalResponse?.getBody() : undefined) ?? '';
  try {
    return failureOf(status, JSON.parse(text));
  } catch {
    return new Failure('console/answer', status);
  }
}
