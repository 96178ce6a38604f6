/**
 * Reports that were made on the command line beside a running box: `reports/spool/<report>.json` names the file
 * `reports/spool/<report>.pdf`. The box takes both up and commits what was made; the PDF is there before the note is.
 */
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { syncFolder } from '#node/files/durable-file.ts';
import { EVIDENCE_EVENTS } from '#protocol/events.evidence.schema.ts';
import { writeSynced } from './report-store.ts';

export type SpooledReport = Static<typeof EVIDENCE_EVENTS.REPORT_MADE>;

const NOTE = /^(rp_[0-9a-z]{16})\.json$/;
/** A note has a title, some ids and a purpose. */
const NOTE_BYTES = 16_384;
/** A part that nobody has come back to for so long was left by a command that was stopped. */
const LEFT_MS = 3_600_000;

export class ReportSpool {
  readonly #folder: string;

  /** `reports`: the data folder's `reports`. */
  constructor(reports: string) {
    this.#folder = join(reports, 'spool');
  }

  /** Makes the folder, and says where the PDF of a report goes. */
  async begin(report: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    return this.pdf(report);
  }

  pdf(report: string): string {
    return join(this.#folder, `${report}.pdf`);
  }

  /** Hands a report whose PDF is there and synced over to the box. */
  async put(made: SpooledReport): Promise<void> {
    const note = join(this.#folder, `${made.report}.json`);
    await writeSynced(`${note}.part`, Buffer.from(JSON.stringify(made)));
    await rename(`${note}.part`, note);
    await syncFolder(this.#folder);
  }

  /** What waits, oldest id first. Notes that are none are removed, and told in `broken`. */
  async waiting(): Promise<{ reports: SpooledReport[]; broken: string[] }> {
    const reports: SpooledReport[] = [];
    const broken: string[] = [];
    for (const name of (await readdir(this.#folder).catch(() => [])).sort()) {
      const report = NOTE.exec(name)?.[1];
      if (report === undefined) {
        await this.#removeOld(name);
        continue;
      }
      const note = await this.#read(name, report);
      if (note) reports.push(note);
      else {
        broken.push(name);
        await this.done(report);
      }
    }
    return { reports, broken };
  }

  /** What waits, looked at and left alone. */
  async peek(): Promise<SpooledReport[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => NOTE.test(name));
    const notes = await Promise.all(names.map((name) => this.#read(name, name.slice(0, -5))));
    return notes.filter((note) => note !== null);
  }

  /** Nothing of it stays here. */
  async done(report: string): Promise<void> {
    for (const extension of ['json', 'pdf'])
      await rm(join(this.#folder, `${report}.${extension}`), { force: true });
  }

  async #read(name: string, report: string): Promise<SpooledReport | null> {
    try {
      const text = await readFile(join(this.#folder, name), 'utf8');
      const note: unknown = text.length > NOTE_BYTES ? null : JSON.parse(text);
      return Value.Check(EVIDENCE_EVENTS.REPORT_MADE, note) && note.report === report ? note : null;
    } catch {
      return null;
    }
  }

  async #removeOld(name: string): Promise<void> {
    const path = join(this.#folder, name);
    const report = /^(rp_[0-9a-z]{16})\.pdf$/.exec(name)?.[1];
    const named =
      report !== undefined && (await stat(join(this.#folder, `${report}.json`)).catch(() => null));
    const left = await stat(path).catch(() => null);
    if (!named && left && Date.now() - left.mtimeMs > LEFT_MS) await rm(path, { force: true });
  }
}
