/**
 * Is a sealed paper what was once signed, by the box or, for a paper that came in a package, by headquarters: the manifest by its signature, every ciphertext by its hash. Files are
 * hashed again when size, time or number of any has changed since; the ledger's manifest is verified every time.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyManifest } from '#node/sealing/manifest.ts';
import type { SealedManifest } from '#protocol/sealed.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { StoredPaper } from './papers.repo.ts';

/** A paper as the ledger has it. */
export type SignedPaper = Pick<StoredPaper, 'paper' | 'manifest' | 'manifestSig' | 'signer'>;

export class PaperCheck {
  readonly #deps: Pick<Deps, 'folder' | 'box'>;
  readonly #seen = new Map<string, { marks: string; intact: boolean }>();

  constructor(deps: Pick<Deps, 'folder' | 'box'>) {
    this.#deps = deps;
  }

  /** The manifest where its signature is the signer's (null: the box's), else null. */
  manifest({ manifest, manifestSig, signer }: SignedPaper): SealedManifest | null {
    try {
      return verifyManifest(manifest, manifestSig, signer ?? this.#deps.box.key.publicKey);
    } catch {
      return null;
    }
  }

  async isIntact(signed: SignedPaper): Promise<boolean> {
    const { paper } = signed;
    const manifest = this.manifest(signed);
    if (!manifest || manifest.paper !== paper) return false;
    const marks = await this.#marks(manifest);
    if (marks === null) return false;
    const before = this.#seen.get(paper);
    if (before?.marks === marks) return before.intact;
    const intact = await this.#hashesFit(manifest);
    this.#seen.set(paper, { marks, intact });
    return intact;
  }

  forget(paper: string): void {
    this.#seen.delete(paper);
  }

  #path(manifest: SealedManifest, name: string): string {
    return join(this.#deps.folder.sealed, manifest.paper, name);
  }

  /** What tells that no file was touched; null where one is missing or of another size. */
  async #marks(manifest: SealedManifest): Promise<string | null> {
    const marks = [manifest.files.map(({ sha256 }) => sha256).join()];
    for (const { name, bytes } of manifest.files) {
      const found = await stat(this.#path(manifest, name)).catch(() => null);
      if (found === null || found.size !== bytes) return null;
      marks.push(`${found.ino} ${found.mtimeMs} ${found.ctimeMs}`);
    }
    return marks.join('\n');
  }

  async #hashesFit(manifest: SealedManifest): Promise<boolean> {
    for (const { name, sha256 } of manifest.files) {
      const hash = createHash('sha256');
      try {
        for await (const chunk of createReadStream(this.#path(manifest, name))) hash.update(chunk as Buffer);
      } catch {
        return false;
      }
      if (hash.digest('hex') !== sha256) return false;
    }
    return true;
  }
}
