/** Papers of the site's own: imported, sealed at once, listed, looked into, removed (P5 S1 S6). */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Static } from 'typebox';
import { type ImportJob, type ImportOutcome, importApart, type Sealed } from '#node/papers/import-process.ts';
import { describeProblem, swapFaults } from '#node/papers/paper-faults.ts';
import { verifyManifest } from '#node/sealing/manifest.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import type { PaperQuery } from '#protocol/console.schema.ts';
import type { PaperImport, PaperRow } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { SealedManifest } from '#protocol/sealed.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { BOX_KEY_FILE } from '#server/platform/data-folder.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import { PaperCheck } from './paper-check.ts';
import {
  type StoredPaper,
  selectHasExam,
  selectOptionalPaper,
  selectPaperCounts,
  selectPaperIds,
  selectPapersInRooms,
  selectPapersOfExam,
} from './papers.repo.ts';
import type { SealedPapers } from './sealed-papers.ts';
import { type PaperFolder, SealedStore } from './sealed-store.ts';
import { wipeUpload } from './wipe-upload.ts';

export const PACKAGE_MOST_BYTES = 300 * 1024 * 1024;
const IMPORT_TIMEOUT_MS = 120_000;

/** For tests: limits, and where the system lists its swaps. */
export interface PaperOptions {
  maxBytes?: number;
  timeoutMs?: number;
  swapsFile?: string;
}

export class PapersService {
  readonly #deps: Deps;
  readonly #sealed: SealedPapers;
  readonly #turns: Turns;
  readonly #options: PaperOptions;
  readonly #s: Statements;
  readonly #store: SealedStore;
  readonly #check: PaperCheck;
  #importing = false;

  constructor(deps: Deps, sealed: SealedPapers, turns: Turns, options: PaperOptions = {}) {
    this.#deps = deps;
    this.#sealed = sealed;
    this.#turns = turns;
    this.#options = options;
    this.#s = new Statements(deps.db);
    this.#store = new SealedStore(deps.folder.sealed);
    this.#check = new PaperCheck(deps);
  }

  /** Before the box listens: takes away what a power cut has left of an import or a removal. */
  async start(): Promise<void> {
    const swept = await this.#store.sweep(selectPaperIds(this.#s));
    if (swept.length > 0) this.#deps.log.warn({ folders: swept }, 'unfinished paper imports were removed');
  }

  /** Papers of an exam; of `own` rooms those that a sitting there uses. Throws `thing/not-found`. */
  async list(exam: string, own: ReadonlySet<string> | null): Promise<PaperRow[]> {
    this.#requireExam(exam);
    const seen = own && selectPapersInRooms(this.#s, own);
    const rows: PaperRow[] = [];
    for (const paper of selectPapersOfExam(this.#s, exam))
      if (seen === null || seen.has(paper.paper)) rows.push(await this.#row(paper));
    return rows;
  }

  /** Papers by subject. */
  count(exam: string): Map<string, number> {
    return selectPaperCounts(this.#s, exam);
  }

  /** Whether manifest and files are what was signed; false for a paper that is not there. */
  async isIntact(paper: string): Promise<boolean> {
    const found = selectOptionalPaper(this.#s, paper);
    return found !== null && this.#check.isIntact(found);
  }

  /**
   * Imports a package. With an error among the faults nothing is kept and `paper` is null. Throws `thing/not-found` for the
   * exam, `paper/busy`, `request/too-large`, `paper/timeout`, `paper/import-failed` or `box/disk-full`.
   * @param stream the package; its chunks are wiped as they are passed on
   */
  async import(
    exam: string,
    query: Static<typeof PaperQuery>,
    stream: Readable,
    by: Actor,
  ): Promise<PaperImport> {
    this.#requireExam(exam);
    if (this.#importing) throw new BoxError('paper/busy');
    this.#importing = true;
    try {
      return await this.#import(exam, query, stream, by);
    } finally {
      this.#importing = false;
      await this.wipeUpload();
    }
  }

  /** Writes over what TLS and the HTTP parser still hold of an upload. */
  async wipeUpload(): Promise<void> {
    await wipeUpload().catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'the last bytes of an upload may still be in memory'),
    );
  }

  /** Throws `thing/not-found`, `paper/released`, or `thing/in-use` with the number of sittings. */
  remove(paper: string, by: Actor): Promise<void> {
    return this.#turns.take(async () => {
      const { released, usedBy } = this.#stored(paper);
      if (released) throw new BoxError('paper/released');
      if (usedBy > 0) throw new BoxError('thing/in-use', { sittings: usedBy });
      await this.#deps.ledger.append([{ kind: 'PAPER_REMOVED', body: { paper }, by }], {
        local: [{ t: 'paper-identity-gone', paper }],
      });
      await this.displace(paper);
    });
  }

  /**
   * Puts the ciphertexts of a paper that came in a package in place, durably, before the ledger names it: what it never
   * names is swept at the next start. Throws `package/papers`, `box/disk-full`, or what `read` throws.
   */
  async place(manifest: SealedManifest, read: (name: string) => Promise<Uint8Array>): Promise<void> {
    const { paper, files } = manifest;
    await this.displace(paper);
    const folder = await this.#store.begin(paper);
    try {
      for (const { name, sha256 } of files) {
        await folder.write(name, one(await read(name)));
        if (folder.files.get(name)?.sha256 !== sha256)
          throw new BoxError('package/papers', { paper, file: name });
      }
      await folder.commit();
    } finally {
      await folder.discard();
    }
  }

  /** The paper is gone, or never came to be: its ciphertexts go. The ledger has decided; what stays is swept at the next start. */
  async displace(paper: string): Promise<void> {
    this.#sealed.forget(paper);
    this.#check.forget(paper);
    await this.#store
      .remove(paper)
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error, paper }, 'ciphertexts of a removed paper stay'),
      );
  }

  /**
   * The identity that opens a paper of the site's own for a look before the exam. Every look is an event. Headquarters'
   * papers are nobody's to look into before they are released to the candidates. Throws `start/no-identity`.
   */
  async previewKey(paper: string, by: Actor): Promise<string> {
    const { signer, released } = this.#stored(paper);
    if (signer !== null && !released) throw new BoxError('start/no-identity', { paper });
    const identity = this.#sealed.identity(paper);
    if (identity === null) throw new BoxError('start/no-identity', { paper });
    await this.#deps.ledger.append([{ kind: 'PAPER_PREVIEWED', body: { paper }, by }]);
    return identity;
  }

  async #import(
    exam: string,
    { subject, label, file }: Static<typeof PaperQuery>,
    stream: Readable,
    by: Actor,
  ): Promise<PaperImport> {
    const paper = newId('paper');
    const folder = await this.#store.begin(paper);
    let kept = false;
    try {
      const { problems, missingGlyphs, sealed } = await imported({
        paper,
        file,
        keyFile: join(this.#deps.folder.keys, BOX_KEY_FILE),
        sealedWallMs: this.#deps.clock.wall(),
        package: stream,
        maxBytes: this.#options.maxBytes ?? PACKAGE_MOST_BYTES,
        timeoutMs: this.#options.timeoutMs ?? IMPORT_TIMEOUT_MS,
        onFile: (name, bytes) => folder.write(name, bytes),
      });
      const faults = [
        ...problems.map(describeProblem),
        ...swapFaults(this.#options.swapsFile ?? '/proc/swaps'),
      ];
      if (sealed === null) {
        if (!problems.some(({ severity }) => severity === 'error')) throw new BoxError('paper/import-failed');
        return { paper: null, faults, missingGlyphs };
      }
      this.#checkSealed(paper, sealed, folder);
      await folder.commit();
      const source = { file, sha256: sealed.sourceSha256 };
      const { manifestText: manifest, signature: manifestSig, items, identity } = sealed;
      await this.#deps.ledger.append(
        [
          {
            kind: 'PAPER_ADDED',
            body: { paper, exam, subject, label, manifest, manifestSig, items, source },
            by,
          },
        ],
        { local: [{ t: 'paper-identity', paper, identity }] },
      );
      kept = true;
      return { paper: await this.#row(this.#stored(paper)), faults, missingGlyphs };
    } finally {
      if (!kept) {
        await folder.discard();
        await this.#store.remove(paper);
      }
    }
  }

  /** What came out of the process is what it signed, whole. Throws `paper/import-failed`. */
  #checkSealed(paper: string, sealed: Sealed, folder: PaperFolder): void {
    const manifest = verifyManifest(sealed.manifestText, sealed.signature, this.#deps.box.key.publicKey);
    const fits =
      manifest.paper === paper &&
      manifest.files.length === folder.files.size &&
      manifest.files.every(({ name, bytes, sha256 }) => {
        const written = folder.files.get(name);
        return written?.bytes === bytes && written.sha256 === sha256;
      });
    if (!fits) throw new BoxError('paper/import-failed', { reason: 'files differ from the manifest' });
  }

  #requireExam(exam: string): void {
    if (!selectHasExam(this.#s, exam)) throw new BoxError('thing/not-found', { exam });
  }

  #stored(paper: string): StoredPaper {
    const found = selectOptionalPaper(this.#s, paper);
    if (!found) throw new BoxError('thing/not-found', { paper });
    return found;
  }

  async #row(stored: StoredPaper): Promise<PaperRow> {
    const { paper, exam, subject, label, items, usedBy, released } = stored;
    const manifest = this.#check.manifest(stored);
    return {
      paper,
      exam,
      subject,
      label,
      items,
      files: manifest?.files.length ?? 0,
      bytes: manifest?.files.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
      sealed: manifest?.sealed ?? 0,
      intact: await this.#check.isIntact(stored),
      usedBy,
      released,
    };
  }
}

/** Refusals of the process in the box's words. */
async function imported(job: ImportJob): Promise<ImportOutcome> {
  try {
    return await importApart(job);
  } catch (error) {
    if (error instanceof MachineryError) throw new BoxError(error.code, error.detail, error);
    throw error;
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
