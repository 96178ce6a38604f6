/** The paper once its identity is released: text at once, each medium when it is first asked for, from this machine (S7). */
import { PAPER_FORMAT, type Paper } from '#protocol/paper.ts';
import type { Release } from '#protocol/socket.ts';
import type { SealedFiles } from './sealed-files.ts';

/** Opens an age file with an identity `AGE-SECRET-KEY-1…`; rejects when it is damaged or not for this identity. */
export type OpenFile = (identity: string, sealed: Blob, type: string) => Promise<Blob>;

const PAPER_FILE = 'f0.age';
const FONT_TYPES = { woff2: 'font/woff2', opentype: 'font/otf', truetype: 'font/ttf' } as const;

export class OpenedPaper {
  readonly #files: SealedFiles;
  readonly #open: OpenFile;
  readonly #url: { create(blob: Blob): string; revoke(url: string): void };
  #release: Release | null = null;
  #paper: Paper | null = null;
  #urls = new Map<string, Promise<string>>();

  constructor(
    files: SealedFiles,
    open: OpenFile,
    url: { create(blob: Blob): string; revoke(url: string): void },
  ) {
    this.#files = files;
    this.#open = open;
    this.#url = url;
  }

  get paper(): Paper | null {
    return this.#paper;
  }

  /** Opens the paper; waits for its file where that is still on the way. Rejects when it can't be opened, even anew. */
  async open(release: Release): Promise<void> {
    if (this.#release?.paper === release.paper && this.#paper) return;
    this.close();
    this.#release = release;
    const text = await (await this.#plain(PAPER_FILE, 'application/json')).text();
    if (this.#release !== release) return;
    // Sealed by a compiler of ours and authenticated by age; its format says which one.
    const paper = JSON.parse(text) as Paper;
    if (paper.format !== PAPER_FORMAT) throw new Error(`a paper of format ${String(paper.format)}`);
    this.#paper = paper;
  }

  /** Object URL of a medium by its id, or of a font by its file's name; the same for as long as the paper is open. */
  url(name: string): Promise<string> {
    const known = this.#urls.get(name);
    if (known) return known;
    const url = this.#make(name);
    this.#urls.set(name, url);
    // A failure is not remembered: the next call tries again.
    url.catch(() => this.#urls.delete(name));
    return url;
  }

  /** Forgets the opened paper and its media. */
  close(): void {
    for (const url of this.#urls.values())
      void url.then(
        (text) => this.#url.revoke(text),
        () => undefined,
      );
    this.#urls = new Map();
    this.#paper = null;
    this.#release = null;
  }

  async #make(name: string): Promise<string> {
    const media = this.#paper?.media;
    const medium = media && Object.hasOwn(media, name) ? media[name] : undefined;
    const font = this.#paper?.fonts.find((one) => one.file === name);
    if (medium) return this.#url.create(await this.#plain(medium.file, medium.type));
    if (font) return this.#url.create(await this.#plain(font.file, FONT_TYPES[font.format]));
    throw new Error(`the paper has no medium ${name}`);
  }

  async #plain(file: string, type: string): Promise<Blob> {
    const release = this.#release;
    if (!release) throw new Error('the paper is not released');
    const sealed = await this.#files.file(file);
    try {
      return await this.#open(release.identity, sealed, type);
    } catch {
      // Damaged on this disk after it was checked: fetch it again and try once more.
      await this.#files.replace(file);
      return this.#open(release.identity, await this.#files.file(file), type);
    }
  }
}
