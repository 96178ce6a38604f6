/**
 * Papers at headquarters: compiled and sealed in a short-lived process, stored as ciphertexts. Headquarters' key signs the
 * manifest; the identity and the correct responses are sealed for headquarters before they leave that process.
 */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Static } from 'typebox';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import { HQ_KEY_FILE } from '#hq/keys/keys.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import { importApart, type Sealed } from '#node/papers/import-process.ts';
import { describeProblem, swapFaults } from '#node/papers/paper-faults.ts';
import { openFile } from '#node/sealing/age-file.ts';
import { checkSealed, verifyManifest } from '#node/sealing/manifest.ts';
import type { HqPaperImport, HqPaperRow } from '#protocol/hq.answers.schema.ts';
import type { HqPaperQuery } from '#protocol/hq.officer.schema.ts';
import type { SealedManifest } from '#protocol/sealed.ts';
import * as repo from './papers.repo.ts';

export const PACKAGE_MOST_BYTES = 300 * 1024 * 1024;
const IMPORT_TIMEOUT_MS = 120_000;

export class PapersService {
  readonly #deps: HqDeps;
  readonly #exams: ExamsService;
  #importing = false;

  constructor(deps: HqDeps, exams: ExamsService) {
    this.#deps = deps;
    this.#exams = exams;
  }

  async list(exam: string): Promise<Static<typeof HqPaperRow>[]> {
    return (await repo.selectPapers(this.#deps.db, exam)).map((row) => this.#row(row));
  }

  stored(exam: string, db: Sql = this.#deps.db): Promise<repo.StoredPaper[]> {
    return repo.selectPapers(db, exam);
  }

  /** The manifest that headquarters signed. Throws `paper/tampered` where it is another one. */
  manifest({ manifest, manifestSig }: repo.StoredPaper): SealedManifest {
    return verifyManifest(manifest, manifestSig, this.#deps.keys.key.publicKey);
  }

  /** The identity that opens the paper: for resealing alone. Throws `thing/not-found`, `seal/wrong-identity`. */
  async identity(paper: string, db: Sql): Promise<string> {
    const sealed = await repo.selectOptionalIdentity(db, paper);
    if (!sealed) throw new HqError('thing/not-found', { paper });
    return Buffer.from(await openFile(sealed, this.#deps.keys.identity)).toString('utf8');
  }

  bytes(paper: string, name: string, from: number, length: number, db: Sql): Promise<Uint8Array> {
    return repo.selectBytes(db, paper, name, from, length);
  }

  /**
   * Imports a package. With an error among the faults nothing is kept and `paper` is null. Throws `thing/not-found`,
   * `session/subject`, `paper/busy`, `request/too-large`, `paper/timeout`, `paper/import-failed`.
   */
  async import(
    caller: OfficerCaller,
    exam: string,
    query: Static<typeof HqPaperQuery>,
    stream: Readable,
  ): Promise<Static<typeof HqPaperImport>> {
    await this.#exams.require(exam);
    const subjects = await this.#exams.subjects(exam);
    if (!subjects.some(({ code }) => code === query.subject))
      throw new HqError('session/subject', { subject: query.subject });
    if (this.#importing) throw new HqError('paper/busy');
    this.#importing = true;
    try {
      return await this.#import(caller, exam, query, stream);
    } finally {
      this.#importing = false;
    }
  }

  /** Throws `thing/not-found`, `thing/in-use` with the number of sessions, `hq/paper-published`. */
  async remove(caller: OfficerCaller, paper: string): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      const asked = await repo.selectOptionalPaper(tx, paper);
      if (!asked) throw new HqError('thing/not-found', { paper });
      await lockFor(tx, `exam ${asked.exam}`);
      const found = await repo.selectOptionalPaper(tx, paper);
      if (!found) throw new HqError('thing/not-found', { paper });
      if (found.usedBy > 0) throw new HqError('thing/in-use', { sessions: found.usedBy });
      if (await repo.isPublished(tx, found.exam, paper)) throw new HqError('hq/paper-published');
      await repo.deletePaper(tx, paper);
      const detail = { paper, exam: found.exam, label: found.label };
      const at = this.#deps.time.wall();
      await recordAction(tx, { officer: caller.officer, at, what: 'paper.remove', detail });
    });
  }

  async #import(
    caller: OfficerCaller,
    exam: string,
    { subject, label, file }: Static<typeof HqPaperQuery>,
    stream: Readable,
  ): Promise<Static<typeof HqPaperImport>> {
    const { config, db, keys, time } = this.#deps;
    const paper = newId('paper');
    const files = new Map<string, Uint8Array>();
    const { problems, missingGlyphs, sealed } = await importApart({
      paper,
      file,
      keyFile: join(config.data, 'keys', HQ_KEY_FILE),
      sealedWallMs: time.wall(),
      package: stream,
      recipients: keys.recipients,
      maxBytes: PACKAGE_MOST_BYTES,
      timeoutMs: IMPORT_TIMEOUT_MS,
      onFile: async (name, bytes) => {
        const parts: Uint8Array[] = [];
        // The reader's buffer is used again for what comes next.
        for await (const part of bytes) parts.push(Uint8Array.from(part));
        files.set(name, Buffer.concat(parts));
      },
    });
    const faults = [...problems.map(describeProblem), ...swapFaults('/proc/swaps')];
    if (sealed === null) {
      if (!problems.some(({ severity }) => severity === 'error')) throw new HqError('paper/import-failed');
      return { paper: null, faults, missingGlyphs };
    }
    const kept = this.#check(paper, sealed, files);
    const at = time.wall();
    const row = await db.transaction(async (tx) => {
      const { manifestText: manifest, signature: manifestSig, items } = sealed;
      const stored = { paper, exam, subject, label, manifest, manifestSig, items, source: file, added: at };
      await repo.insertPaper(tx, { ...stored, ...kept }, files);
      const detail = { paper, exam, subject, label, file, sha256: sealed.sourceSha256 };
      await recordAction(tx, { officer: caller.officer, at, what: 'paper.add', detail });
      return this.#row({ ...stored, usedBy: 0 });
    });
    return { paper: row, faults, missingGlyphs };
  }

  /** What came out of the process is what it signed, whole. Throws `paper/import-failed`, `paper/tampered`. */
  #check(paper: string, sealed: Sealed, files: ReadonlyMap<string, Uint8Array>) {
    const manifest = verifyManifest(sealed.manifestText, sealed.signature, this.#deps.keys.key.publicKey);
    const { kept } = sealed;
    if (manifest.paper !== paper || manifest.files.length !== files.size || kept === null)
      throw new HqError('paper/import-failed', { reason: 'files differ from the manifest' });
    for (const [name, bytes] of files) checkSealed(manifest, name, bytes);
    return { identity: Buffer.from(kept.identity, 'base64'), keys: Buffer.from(kept.keys, 'base64') };
  }

  #row(stored: repo.StoredPaper): Static<typeof HqPaperRow> {
    const { paper, subject, label, items, source, added, usedBy } = stored;
    const bytes = this.manifest(stored).files.reduce((sum, file) => sum + file.bytes, 0);
    return { paper, subject, label, items, bytes, source, added, usedBy };
  }
}
