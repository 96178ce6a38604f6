/**
 * The candidate's portrait from this PC's camera (E4), on its way to the box. It is wished for, never needed: whatever
 * fails here stays here. Held in memory alone, so that no machine keeps pictures of people.
 */
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import type { Timers } from '../clock/timers.ts';
import { LinkError, type Ok, type Request } from '../link/link.types.ts';

const AGAIN_MS = 5_000;
/** Tries on one connection; the next one begins anew. */
const TRIES = 4;
const TIMEOUT_MS = 60_000;

export interface PortraitDeps {
  link: { readonly ready: boolean; request(request: Request): Promise<Ok> };
  http(path: string, init?: RequestInit): Promise<Response>;
  /** Hexadecimal, lower case. */
  sha256(bytes: ArrayBuffer): Promise<string>;
  timers: Timers;
  /** Who sits here, as the box names the attempt; null: nobody. */
  attempt(): string | null;
}

interface Picture {
  attempt: string;
  blob: Blob;
  sha256: string;
}

export class Portrait {
  readonly #deps: PortraitDeps;
  #given: Blob | null = null;
  #waiting: Picture | null = null;
  #sending: Picture | null = null;
  #tries = 0;

  constructor(deps: PortraitDeps) {
    this.#deps = deps;
  }

  /** Takes a JPEG of who sits here and begins to bring it. Never rejects; the same picture given again is not sent again. */
  async take(picture: Blob): Promise<void> {
    const attempt = this.#deps.attempt();
    if (attempt === null || picture === this.#given || picture.size > EVIDENCE_LIMITS.portraitBytes) return;
    this.#given = picture;
    try {
      const sha256 = await this.#deps.sha256(await picture.arrayBuffer());
      // Another one was given, or the candidate left meanwhile.
      if (this.#given === picture) this.#waiting = { attempt, blob: picture, sha256 };
    } catch {
      // A picture that can't be read is none.
    }
    this.pump();
  }

  /** A new connection stands. */
  connected(): void {
    this.#tries = 0;
    this.pump();
  }

  /** The candidate left this machine: his picture goes nowhere any more. */
  leave(): void {
    this.#given = null;
    this.#waiting = null;
  }

  /** Brings the picture, if there is one and the box is there. */
  pump(): void {
    const picture = this.#waiting;
    const { link, attempt } = this.#deps;
    if (!picture || this.#sending || !link.ready || attempt() !== picture.attempt) return;
    void this.#bring(picture);
  }

  async #bring(picture: Picture): Promise<void> {
    const { link, timers } = this.#deps;
    this.#sending = picture;
    const { blob, sha256 } = picture;
    let again = false;
    try {
      const ok = await link.request({ t: 'portrait', bytes: blob.size, sha256 });
      if (ok.upload && this.#waiting === picture) await this.#put(ok.upload, blob);
    } catch (error) {
      again = !(error instanceof LinkError) || mayPass(error.code);
    }
    this.#sending = null;
    // Here no more: he left, or took another picture.
    if (this.#waiting !== picture) this.pump();
    else if (!again) this.#waiting = null;
    else if (++this.#tries < TRIES) timers.after(AGAIN_MS * this.#tries, () => this.pump());
  }

  async #put(to: { url: string; token: string }, blob: Blob): Promise<void> {
    const abort = new AbortController();
    const cancel = this.#deps.timers.after(TIMEOUT_MS, () => abort.abort());
    try {
      const answer = await this.#deps.http(to.url, {
        method: 'PUT',
        headers: { authorization: `Bearer ${to.token}`, 'content-type': 'image/jpeg' },
        body: blob,
        signal: abort.signal,
      });
      // A permit that ran out, a full disk: asked for again.
      if (!answer.ok) throw new LinkError('offline/no-answer');
    } finally {
      cancel();
    }
  }
}

/** Every other refusal would be the same the next time. */
function mayPass(code: string): boolean {
  return code === 'offline/no-answer' || code === 'frame/too-many' || code.startsWith('box/');
}
