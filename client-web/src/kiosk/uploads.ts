/**
 * Files that answer an item: kept on this machine first, named in the journal by their digest, brought to the box by
 * HTTP when it is there. They stay here until the attempt is put away, for a box from an older copy may lack them again.
 */

import { wellFormed } from '#domain/attempt/merge.ts';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { toUtf8 } from '../journal/bytes.ts';
import { LinkError } from '../link/link.types.ts';
import type { Core } from './core.ts';
import type { Desk } from './desk.ts';
import type { KioskUpload } from './kiosk.types.ts';

const RETRY_MS = 3_000;
const TIMEOUT_MS = 5 * 60_000;
/** Trying again would end the same. */
const FINAL = new Set([
  'upload/too-large',
  'upload/not-allowed',
  'response/file',
  'revision/unknown-item',
  'revision/unknown-response',
  'frame/invalid',
]);

interface Upload {
  item: string;
  response: string;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  blob: Blob;
  /** Epoch of the box that has it. */
  storedAt: number | null;
  refused: string | null;
}

export class Uploads {
  readonly #core: Core;
  readonly #settled: () => void;
  #attempt: string | null = null;
  #files: Upload[] = [];
  #sending: Upload | null = null;

  /** `settled` is called when nothing is left to bring. */
  constructor(core: Core, settled: () => void) {
    this.#core = core;
    this.#settled = settled;
  }

  get list(): KioskUpload[] {
    return this.#files.map((file) => {
      const { item, response, name, bytes, refused } = file;
      const state = refused
        ? 'refused'
        : this.#isStored(file)
          ? 'stored'
          : file === this.#sending
            ? 'sending'
            : 'waiting';
      return { item, response, name, bytes, state, code: refused };
    });
  }

  get done(): boolean {
    return this.#files.every((file) => file.refused !== null || this.#isStored(file));
  }

  /** Takes up the files of an attempt, those of an earlier page included. */
  async take(attempt: string): Promise<void> {
    if (this.#attempt === attempt) return;
    this.#attempt = attempt;
    this.#files = [];
    const stored = await this.#core.store.under('uploads', [attempt]).catch(() => []);
    // Written by `#keep` alone.
    if (this.#attempt === attempt) this.#files.push(...stored.map(({ value }) => value as Upload));
    this.#core.emit();
    this.pump();
  }

  leave(): void {
    this.#attempt = null;
    this.#files = [];
  }

  /** Keeps a file and answers the item with it. A file that the item doesn't permit is refused with a code. */
  async add(desk: Desk, item: string, response: string, file: File): Promise<void> {
    const code = this.#unfit(item, response, file);
    if (code) {
      this.#core.fail({ code, detail: { name: file.name, bytes: file.size } });
      return;
    }
    const bytes = await file.arrayBuffer();
    const sha256 = await this.#core.deps.sha256(bytes);
    const name = fileName(file.name);
    const type = this.#typeOf(item, response, file);
    const upload: Upload = {
      item,
      response,
      name,
      type,
      bytes: bytes.byteLength,
      sha256,
      blob: new Blob([bytes], { type }),
      storedAt: null,
      refused: null,
    };
    await this.#keep(upload, desk.record.attempt);
    if (this.#attempt === desk.record.attempt)
      this.#files = [...this.#files.filter((one) => !isSame(one, upload)), upload];
    const here = this.#core.desk;
    if (here?.record.attempt === desk.record.attempt && here.writable)
      here.writing.answer(item, response, { name, bytes: upload.bytes, sha256, type });
    this.pump();
  }

  /** Brings the next file, if the box is there. */
  pump(): void {
    if (this.#sending || !this.#core.link.ready || !this.#core.desk?.outbox.attached) return;
    const next = this.#files.find((file) => file.refused === null && !this.#isStored(file));
    if (next) void this.#bring(next);
  }

  async #bring(file: Upload): Promise<void> {
    this.#sending = file;
    this.#core.emit();
    let again = false;
    try {
      const { item, response, name, type, bytes, sha256 } = file;
      const ok = await this.#core.link.request({
        t: 'upload',
        item,
        resp: response,
        name,
        type,
        bytes,
        sha256,
      });
      if (ok.upload) await this.#put(ok.upload, file);
      file.storedAt = this.#core.box?.boxEpoch ?? 0;
      await this.#keep(file, this.#attempt);
    } catch (error) {
      const code = error instanceof LinkError ? error.code : 'offline/no-answer';
      if (FINAL.has(code)) file.refused = code;
      else again = true;
      if (file.refused) this.#core.fail({ code, detail: { name: file.name } });
    } finally {
      this.#sending = null;
      this.#core.emit();
    }
    if (again) this.#core.deps.timers.after(RETRY_MS, () => this.pump());
    else if (this.done) this.#settled();
    else this.pump();
  }

  async #put(to: { url: string; token: string }, file: Upload): Promise<void> {
    const abort = new AbortController();
    const cancel = this.#core.deps.timers.after(TIMEOUT_MS, () => abort.abort());
    try {
      const answer = await this.#core.deps.http(to.url, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${to.token}`,
          'content-type': file.type || 'application/octet-stream',
        },
        body: file.blob,
        signal: abort.signal,
      });
      if (!answer.ok) {
        const code = await codeOf(answer);
        // A permit that ran out is asked for again; only the size can't be helped.
        throw new LinkError(code === 'upload/too-large' ? code : 'offline/no-answer');
      }
    } finally {
      cancel();
    }
  }

  async #keep(upload: Upload, attempt: string | null): Promise<void> {
    if (attempt === null) return;
    try {
      const key = [attempt, upload.sha256, upload.item, upload.response];
      await this.#core.store.write([{ in: 'uploads', key, put: { ...upload } }]);
    } catch {
      // No room on the disk: it is held in memory and goes to the box from there.
    }
  }

  /** A later box epoch is another box, or this one from an older copy: it is asked again. */
  #isStored(file: Upload): boolean {
    return file.storedAt !== null && file.storedAt === (this.#core.box?.boxEpoch ?? 0);
  }

  #unfit(item: string, response: string, file: File): string | null {
    const asked = this.#core.paper()?.items[item]?.responses.find((one) => one.id === response);
    if (asked && asked.base !== 'file') return 'response/shape';
    const most = Math.min(asked?.maxBytes ?? VALUE_LIMITS.uploadBytes, VALUE_LIMITS.uploadBytesMost);
    if (file.size > most) return 'upload/too-large';
    const types = asked?.types ?? [];
    const type = this.#typeOf(item, response, file);
    return types.length === 0 || types.some((wanted) => permits(wanted, type)) ? null : 'response/file';
  }

  /** A browser that knows no type of a file leaves it empty: then it is taken for the one that the item asks for. */
  #typeOf(item: string, response: string, file: File): string {
    const asked = this.#core.paper()?.items[item]?.responses.find((one) => one.id === response);
    const first = asked?.types?.find((type) => !type.includes('*')) ?? '';
    return wellFormed(file.type || first).slice(0, 127);
  }
}

/** As the box does it: `image/png`, `image/*` or anything. */
function permits(wanted: string, type: string): boolean {
  return (
    wanted === '*/*' || wanted === type || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)))
  );
}

/** Within the limit of 255 UTF-16 units, without control characters; the extension is what matters at the end. */
function fileName(name: string): string {
  const plain = wellFormed(name.replace(/[\u0000-\u001f\u007f]/g, ' ')).trim() || 'file';
  return plain.length <= 255 ? plain : wellFormed(plain.slice(plain.length - 255)).replace(/^\uFFFD/, '');
}

function isSame(a: Upload, b: Upload): boolean {
  return a.sha256 === b.sha256 && a.item === b.item && a.response === b.response;
}

async function codeOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return typeof code === 'string' && toUtf8(code).length < 80 ? code : 'offline/no-answer';
}
