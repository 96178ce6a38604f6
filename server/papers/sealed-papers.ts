/**
 * Sealed papers on this box: ciphertexts served from memory, and, once a paper is released, what each of its responses
 * may hold (never the content).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFile } from '#node/sealing/age-file.ts';
import { checkSealed, verifyManifest } from '#node/sealing/manifest.ts';
import type { Paper, PaperResponse } from '#protocol/paper.ts';
import type { SealedManifest } from '#protocol/sealed.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';

/** Item → response → what it may hold; and the media a candidate may play. */
export interface ItemIndex {
  items: Map<string, Map<string, PaperResponse>>;
  media: Set<string>;
}

interface PaperRow {
  manifest: string;
  manifest_sig: string;
  /** Key that signed the manifest, where it is not the box's own. */
  signer: string | null;
  released_at: number | null;
}

/** Ciphertexts kept in memory: a site's papers of one day. */
const CACHE_BYTES = 160 * 1024 * 1024;

export class SealedPapers {
  readonly #deps: Pick<Deps, 'folder' | 'box' | 'db'>;
  readonly #s: Statements;
  readonly #manifests = new Map<string, SealedManifest>();
  readonly #files = new Map<string, Promise<Buffer>>();
  #cachedBytes = 0;
  readonly #indexes = new Map<string, Promise<ItemIndex>>();

  constructor(deps: Pick<Deps, 'folder' | 'box' | 'db'>) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
  }

  /**
   * Throws `sealed/not-found`, or `paper/tampered` when the stored manifest is not what was signed: by the box, or by
   * headquarters where the paper came in a package.
   */
  manifest(paper: string): SealedManifest {
    const known = this.#manifests.get(paper);
    if (known) return known;
    const row = this.#row(paper);
    let manifest: SealedManifest;
    try {
      manifest = verifyManifest(row.manifest, row.manifest_sig, row.signer ?? this.#deps.box.key.publicKey);
    } catch (error) {
      throw new BoxError('paper/tampered', { paper }, error);
    }
    this.#manifests.set(paper, manifest);
    return manifest;
  }

  /** A ciphertext, verified against the manifest when it is read. */
  file(paper: string, name: string): Promise<Buffer> {
    const entry = this.manifest(paper).files.find((file) => file.name === name);
    if (!entry) throw new BoxError('sealed/not-found', { paper, file: name });
    const key = `${paper}/${name}`;
    const known = this.#files.get(key);
    if (known) return known;
    if (this.#cachedBytes + entry.bytes > CACHE_BYTES) {
      this.#files.clear();
      this.#cachedBytes = 0;
    }
    this.#cachedBytes += entry.bytes;
    const reading = this.#read(paper, name).catch((error: unknown) => {
      this.#files.delete(key);
      throw error;
    });
    this.#files.set(key, reading);
    return reading;
  }

  /** The identity, when it is here: from the import of the site's own paper, or from the release of the session. */
  identity(paper: string): string | null {
    const row = this.#s.get<{ identity: string }>(
      'SELECT identity FROM local_paper_identity WHERE paper = ?',
      paper,
    );
    return row?.identity ?? null;
  }

  isReleased(paper: string): boolean {
    return this.#row(paper).released_at !== null;
  }

  /** What responses of a released paper may hold. Rejects with `start/no-identity` before the release. */
  index(paper: string): Promise<ItemIndex> {
    let index = this.#indexes.get(paper);
    if (!index) {
      index = this.#open(paper).catch((error: unknown) => {
        this.#indexes.delete(paper);
        throw error;
      });
      this.#indexes.set(paper, index);
    }
    return index;
  }

  /** The whole paper, opened anew each time: for printing answers. Rejects with `start/no-identity` before the release. */
  async content(paper: string): Promise<Paper> {
    const identity = this.identity(paper);
    if (!identity || !this.isReleased(paper)) throw new BoxError('start/no-identity', { paper });
    const plain = await openFile(await this.file(paper, 'f0.age'), identity);
    return JSON.parse(Buffer.from(plain).toString('utf8')) as Paper;
  }

  /** The paper was removed. */
  forget(paper: string): void {
    this.#manifests.delete(paper);
    this.#indexes.delete(paper);
    for (const key of this.#files.keys()) if (key.startsWith(`${paper}/`)) this.#files.delete(key);
  }

  #row(paper: string): PaperRow {
    const row = this.#s.get<PaperRow>(
      'SELECT manifest, manifest_sig, signer, released_at FROM paper WHERE paper = ?',
      paper,
    );
    if (!row) throw new BoxError('sealed/not-found', { paper });
    return row;
  }

  async #read(paper: string, name: string): Promise<Buffer> {
    const bytes = await readFile(join(this.#deps.folder.sealed, paper, name));
    try {
      checkSealed(this.manifest(paper), name, bytes);
    } catch (error) {
      throw new BoxError('paper/tampered', { paper, file: name }, error);
    }
    return bytes;
  }

  async #open(paper: string): Promise<ItemIndex> {
    return itemIndex(await this.content(paper));
  }
}

export function itemIndex(paper: Paper): ItemIndex {
  const items = new Map<string, Map<string, PaperResponse>>();
  for (const [id, item] of Object.entries(paper.items))
    items.set(id, new Map(item.responses.map((response) => [response.id, response])));
  return { items, media: new Set(Object.keys(paper.media)) };
}
