/**
 * Sealed papers of all simulated machines. Every machine fetches and checks every file, as real ones do; the bytes are kept
 * and the seal is opened once per process only, for in an exam room each machine does that on a processor of its own.
 */
import { createHash } from 'node:crypto';
import type { Agent } from 'node:https';
import { openFile } from '#node/sealing/age-file.ts';
import type { Paper } from '#protocol/paper.ts';
import type { SealedFile } from '#protocol/sealed.ts';
import type { BoxAccess } from './box-access.ts';
import type { Metrics } from './report.ts';

export class PaperShelf {
  readonly #box: BoxAccess;
  readonly #metrics: Metrics;
  /** `f0.age` by paper. */
  readonly #texts = new Map<string, Buffer>();
  readonly #opened = new Map<string, Promise<Paper>>();

  constructor(box: BoxAccess, metrics: Metrics) {
    this.#box = box;
    this.#metrics = metrics;
  }

  /** Fetches one sealed file and checks size and hash. Throws when it is damaged or does not come. */
  async fetch(paper: string, file: SealedFile, from: { address: string; agent: Agent }): Promise<void> {
    const hash = createHash('sha256');
    const keep = file.role === 'paper' && !this.#texts.has(paper);
    const chunks: Buffer[] = [];
    let bytes = 0;
    await this.#box.fetch({
      path: `/sealed/${paper}/${file.name}`,
      ...from,
      onChunk(chunk) {
        hash.update(chunk);
        bytes += chunk.length;
        if (keep) chunks.push(chunk);
      },
    });
    if (bytes !== file.bytes || hash.digest('hex') !== file.sha256)
      throw new Error(`${paper}/${file.name} is not the file that the manifest names`);
    if (keep) this.#texts.set(paper, Buffer.concat(chunks));
  }

  /** The paper, opened with the identity that the box released. */
  open(paper: string, identity: string): Promise<Paper> {
    let opened = this.#opened.get(paper);
    if (!opened) {
      opened = this.#open(paper, identity);
      this.#opened.set(paper, opened);
    }
    return opened;
  }

  async #open(paper: string, identity: string): Promise<Paper> {
    const sealed = this.#texts.get(paper);
    if (!sealed) throw new Error(`${paper} was released before anybody had fetched it`);
    const from = performance.now();
    const plain = await openFile(sealed, identity);
    this.#metrics.paperOpenMs = Math.max(this.#metrics.paperOpenMs ?? 0, performance.now() - from);
    return JSON.parse(Buffer.from(plain).toString('utf8')) as Paper;
  }
}
