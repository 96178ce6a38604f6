/** Files that candidates hand in: permitted over the socket, received over HTTP, durable before they are acknowledged. */
import { createHash, randomBytes } from 'node:crypto';
import { open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncFolder } from '#node/files/durable-file.ts';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import type { ClientMessage } from '#protocol/socket.ts';
import type { Connection } from '#server/kiosk/connection.ts';
import type { SealedPapers } from '#server/papers/sealed-papers.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { LiveAttempts } from './live-attempts.ts';

interface Permit {
  bytes: number;
  sha256: string;
  until: number;
  /** Takes the file, which is whole and synced, from where it lies. */
  take: (part: string) => Promise<void>;
}

type FileAsk = Pick<
  Extract<ClientMessage, { t: 'upload' }>,
  'item' | 'resp' | 'name' | 'type' | 'bytes' | 'sha256'
> & { attempt: string };

const PERMIT_MS = 15 * 60_000;
const PERMITS_MOST = 10_000;

export class UploadsService {
  readonly #deps: Deps;
  readonly #attempts: LiveAttempts;
  readonly #papers: SealedPapers;
  readonly #permits = new Map<string, Permit>();

  constructor(deps: Deps, parts: { attempts: LiveAttempts; papers: SealedPapers }) {
    this.#deps = deps;
    this.#attempts = parts.attempts;
    this.#papers = parts.papers;
  }

  /** Where to put the file, or null when the box has it already. Throws `upload/not-allowed`, `upload/too-large`, `response/file`. */
  async permit(
    connection: Connection,
    ask: Extract<ClientMessage, { t: 'upload' }>,
  ): Promise<{ url: string; token: string } | null> {
    const facts = connection.attempt === null ? null : this.#attempts.fresh(connection.attempt);
    if (
      !facts?.paper ||
      (facts.status !== 'writing' && facts.status !== 'ended') ||
      facts.row.submittedAt !== null
    )
      throw new BoxError('upload/not-allowed');
    const { items } = await this.#papers.index(facts.paper);
    const response = items.get(ask.item)?.get(ask.resp);
    if (response?.base !== 'file') throw new BoxError('upload/not-allowed');
    const most = Math.min(response.maxBytes ?? VALUE_LIMITS.uploadBytes, VALUE_LIMITS.uploadBytesMost);
    if (ask.bytes > most) throw new BoxError('upload/too-large', { most });
    const types = response.types ?? [];
    if (types.length > 0 && !types.some((type) => matchesType(type, ask.type)))
      throw new BoxError('response/file', { types: types.join(', ') });
    const { item, resp, name, type, bytes, sha256 } = ask;
    const file: FileAsk = { attempt: facts.row.attempt, item, resp, name, type, bytes, sha256 };
    if (await this.#exists(sha256, bytes)) {
      await this.#record(file);
      return null;
    }
    return this.grant({ bytes, sha256 }, async (part) => {
      await rename(part, join(this.#deps.folder.uploads, sha256));
      await syncFolder(this.#deps.folder.uploads);
      await this.#record(file);
    });
  }

  /** A place and a token for one file of this size and hash; `take` gets it once it is whole. Throws `box/busy`. */
  grant(
    { bytes, sha256 }: { bytes: number; sha256: string },
    take: (part: string) => Promise<void>,
  ): { url: string; token: string } {
    const token = randomBytes(24).toString('base64url');
    this.#sweep();
    this.#permits.set(token, { bytes, sha256, take, until: this.#deps.clock.elapsed() + PERMIT_MS });
    return { url: `/api/v1/kiosk/uploads/${sha256}`, token };
  }

  /** Largest body that the token permits, before a byte is read. */
  allowed(token: string, sha256: string): Permit {
    const permit = this.#permits.get(token);
    if (!permit || permit.sha256 !== sha256 || permit.until < this.#deps.clock.elapsed())
      throw new BoxError('upload/not-allowed');
    return permit;
  }

  /** Takes the body in; resolves once it is on the disk and in the ledger. A damaged or too long body leaves nothing. */
  async receive(token: string, sha256: string, body: Readable): Promise<void> {
    const permit = this.allowed(token, sha256);
    const part = join(this.#deps.folder.uploads, `${sha256}.${randomBytes(6).toString('hex')}.part`);
    const file = await open(part, 'wx', 0o640);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > permit.bytes) throw new BoxError('upload/too-large', { most: permit.bytes });
        hash.update(chunk);
        await file.write(chunk);
      }
      if (bytes !== permit.bytes || hash.digest('hex') !== sha256) throw new BoxError('upload/digest');
      await file.sync();
      await file.close();
      await permit.take(part);
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(part).catch(() => undefined);
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC')
        throw new BoxError('box/disk-full');
      throw error;
    }
    this.#permits.delete(token);
  }

  async #record({ attempt, item, resp, name, type, bytes, sha256 }: FileAsk): Promise<void> {
    await this.#deps.ledger.append([
      { kind: 'UPLOAD_STORED', attempt, body: { item, resp, name, type, bytes, sha256 } },
    ]);
  }

  async #exists(sha256: string, bytes: number): Promise<boolean> {
    const found = await stat(join(this.#deps.folder.uploads, sha256)).catch(() => null);
    return found?.size === bytes;
  }

  #sweep(): void {
    const now = this.#deps.clock.elapsed();
    for (const [token, permit] of this.#permits) if (permit.until < now) this.#permits.delete(token);
    if (this.#permits.size >= PERMITS_MOST) throw new BoxError('box/busy');
  }
}

function matchesType(pattern: string, type: string): boolean {
  return (
    pattern === '*/*' || pattern === type || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)))
  );
}
