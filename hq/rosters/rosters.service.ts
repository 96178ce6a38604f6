/**
 * Rosters at headquarters: a site's list for an exam from a file, by the box's rules (domain/roster). Nothing is kept
 * between looking and taking: the same file is sent again with `confirm`, and judged again by what is there then.
 */
import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import { ChosenColumnsError, KEPT_FIELDS, showTable, understand } from '#domain/roster/chosen-columns.ts';
import { previewRoster } from '#domain/roster/preview.ts';
import { asImported, type StoredEntry, toSave } from '#domain/roster/saved-entries.ts';
import { describeFaults, toldUnreadable, unusedColumn } from '#domain/roster/told-faults.ts';
import type { ExamsService } from '#hq/exams/exams.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import { lockFor, type Sql, type Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import { RosterReadError } from '#node/roster/read-error.ts';
import type { ReadTable } from '#node/roster/read-in-thread.ts';
import { readTable } from '#node/roster/read-table.ts';
import type { HqRosterAnswer } from '#protocol/hq.answers.schema.ts';
import type { HqRosterQuery } from '#protocol/hq.officer.schema.ts';
import type { PlanEntry } from '#protocol/package.ts';
import * as repo from './rosters.repo.ts';

type Query = Static<typeof HqRosterQuery>;
type Answer = Static<typeof HqRosterAnswer>;

export class RostersService {
  readonly #deps: HqDeps;
  readonly #exams: ExamsService;

  constructor(deps: HqDeps, exams: ExamsService) {
    this.#deps = deps;
    this.#exams = exams;
  }

  /**
   * What the file says; taken if `confirm` and without an error. Throws `thing/not-found`, `roster/unreadable`,
   * `request/invalid`.
   */
  async import(
    caller: OfficerCaller,
    exam: string,
    site: string,
    query: Query,
    bytes: Uint8Array,
  ): Promise<Answer> {
    await this.#exams.require(exam);
    if (!(await repo.hasSite(this.#deps.db, site))) throw new HqError('thing/not-found', { site });
    const table = await read(bytes, query.sheet);
    const { mapping, unused } = chosenColumns(table, query);
    return this.#deps.db.transaction(async (tx) => {
      await lockFor(tx, rosterLock(exam, site));
      const stored = await repo.selectEntries(tx, exam, site);
      const at = this.#deps.time.wall();
      // Nobody is born after today.
      const notAfter = new Date(at).toISOString().slice(0, 10);
      const result = previewRoster(table, mapping, stored.map(asImported), { notAfter });
      const done = query.confirm === true && result.ok;
      if (done) {
        const entries = toSave(result.entries, stored, newId);
        const subjects = result.counts.subjects.map(({ code, name }) => ({ code, name }));
        await this.#save(tx, exam, site, entries, subjects);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const detail = { exam, site, file: query.file, sha256, entries: entries.length };
        await recordAction(tx, { officer: caller.officer, at, what: 'roster.import', detail });
      }
      const headerLine = mapping.headerRow < 0 ? 0 : (table.lineOfRow[mapping.headerRow] ?? 0);
      const { headers, sample } = showTable(table, mapping.headerRow);
      const { lines, people, unchanged, changed } = result.counts;
      return {
        file: query.file,
        encoding: table.format === 'csv' ? table.encoding : table.format,
        sheet: table.format === 'csv' ? null : table.sheet,
        sheets: table.format === 'csv' ? [] : table.sheets.map(({ name }) => name),
        headerLine,
        headers,
        mapping: Object.fromEntries(KEPT_FIELDS.map((field) => [field, mapping.columns[field] ?? null])),
        sample,
        counts: { rows: lines, new: result.counts.new, changed, unchanged, candidates: people },
        faults: [
          ...describeFaults(result),
          ...unused.map(({ field, column }) => unusedColumn(field, headerLine, headers[column] ?? '')),
        ],
        ok: result.ok,
        done,
      };
    });
  }

  /** Entries of an exam at a site, with their subjects' names. */
  entries(exam: string, site: string, db: Sql = this.#deps.db): Promise<StoredEntry[]> {
    return repo.selectEntries(db, exam, site);
  }

  entry(site: string, entry: string, db: Sql = this.#deps.db): Promise<PlanEntry | null> {
    return repo.selectOptionalEntry(db, site, entry);
  }

  /**
   * One candidate corrected or added (P14); the other entries of the same candidate tell the same of him afterwards.
   * Inside the transaction that grants it.
   */
  async amend(tx: Tx, exam: string, site: string, entry: PlanEntry): Promise<void> {
    await lockFor(tx, rosterLock(exam, site));
    const stored = await repo.selectEntries(tx, exam, site);
    const { idNumber, name, gender, school, candidate } = entry;
    const others = stored
      .filter((one) => one.candidate === candidate && one.entry !== entry.entry)
      .map(({ subjectName: _, ...one }) => ({ ...one, idNumber, name, gender, school }));
    await this.#save(tx, exam, site, [...others, entry], [{ code: entry.subject, name: entry.subject }]);
  }

  async #save(
    tx: Tx,
    exam: string,
    site: string,
    entries: readonly PlanEntry[],
    subjects: readonly { code: string; name: string }[],
  ): Promise<void> {
    const before = await this.#exams.subjects(exam, tx);
    await this.#exams.addSubjects(tx, exam, subjects);
    if (subjects.some(({ code }) => !before.some((one) => one.code === code)))
      await this.#exams.changed(tx, exam);
    if (entries.length === 0) return;
    await repo.saveEntries(tx, exam, site, entries);
    await this.#exams.rosterChanged(tx, exam, site);
  }
}

const rosterLock = (exam: string, site: string) => `roster ${exam} ${site}`;

async function read(bytes: Uint8Array, sheet: string | undefined): Promise<ReadTable> {
  try {
    return await readTable(bytes, sheet === undefined ? {} : { sheet });
  } catch (error) {
    if (error instanceof RosterReadError)
      throw new HqError('roster/unreadable', toldUnreadable(error.code, error.detail));
    throw error;
  }
}

function chosenColumns(table: ReadTable, { headerLine, mapping }: Query) {
  try {
    return understand(table, headerLine, mapping);
  } catch (error) {
    if (error instanceof ChosenColumnsError) throw new HqError('request/invalid', error.detail);
    throw error;
  }
}
