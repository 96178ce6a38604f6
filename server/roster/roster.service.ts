/**
 * The roster (P1 P2): a file is read and previewed, nothing is stored; a confirmed preview is judged again by what is there
 * then and committed whole or not at all. Previews wait in memory: few, for half an hour.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import { ChosenColumnsError, KEPT_FIELDS, showTable, understand } from '#domain/roster/chosen-columns.ts';
import { previewRoster } from '#domain/roster/preview.ts';
import { asImported, toSave } from '#domain/roster/saved-entries.ts';
import type { RosterMapping } from '#domain/roster/table.ts';
import { describeFaults, toldUnreadable, unusedColumn } from '#domain/roster/told-faults.ts';
import { RosterReadError } from '#node/roster/read-error.ts';
import type { ReadTable } from '#node/roster/read-in-thread.ts';
import { readTable } from '#node/roster/read-table.ts';
import type { EntriesQuery, RosterQuery } from '#protocol/console.schema.ts';
import type { EntryRow, RosterPreview, RosterResult } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  selectEntries,
  selectHasExam,
  selectListedEntries,
  selectSeatsOfExam,
  selectSittingCandidates,
} from './roster.repo.ts';
import { refuseSeated } from './roster-changes.ts';

const PREVIEW_MS = 30 * 60_000;
const MOST_PREVIEWS = 4;
/** Entries of one event: some 100 kB. */
const PART = 500;

interface Pending {
  exam: string;
  staff: string;
  file: string;
  sha256: string;
  table: ReadTable;
  mapping: RosterMapping;
  /** Box time after which it is gone. */
  until: number;
}

export class RosterService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;
  readonly #previews = new Map<string, Pending>();

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  /**
   * Entries of an exam. Throws `thing/not-found`.
   * @param own only entries seated in these rooms; null: all
   */
  entries(exam: string, query: Static<typeof EntriesQuery>, own: ReadonlySet<string> | null): EntryRow[] {
    this.#requireExam(exam);
    const seats = selectSeatsOfExam(this.#s, exam);
    return selectListedEntries(this.#s, exam, query.search?.trim() ?? '', query.subject ?? null)
      .map((entry): EntryRow => ({ ...entry, seat: seats.get(entry.entry) ?? null }))
      .filter(({ seat }) => own === null || (seat !== null && own.has(seat.room)));
  }

  /** What importing the file would do. Throws `thing/not-found`, `roster/unreadable` with the reason, or `request/invalid`. */
  async preview(
    exam: string,
    query: Static<typeof RosterQuery>,
    bytes: Uint8Array,
    staff: string,
  ): Promise<RosterPreview> {
    this.#requireExam(exam);
    const table = await read(bytes, query.sheet);
    const { mapping, unused } = chosenColumns(table, query);
    const pending: Pending = {
      exam,
      staff,
      file: query.file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      table,
      mapping,
      until: this.#deps.clock.elapsed() + PREVIEW_MS,
    };
    const result = this.#judge(pending);
    const headerLine = mapping.headerRow < 0 ? 0 : (table.lineOfRow[mapping.headerRow] ?? 0);
    const { headers, sample } = showTable(table, mapping.headerRow);
    const { lines, people, unchanged, changed } = result.counts;
    return {
      token: this.#keep(pending),
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
    };
  }

  /**
   * Imports a preview. Throws `roster/preview-gone`, `roster/faults` where something has come between, or
   * `roster/seated`.
   */
  confirm(exam: string, token: string, by: Actor): Promise<RosterResult> {
    return this.#turns.take(async () => {
      this.#sweep();
      const pending = this.#previews.get(token);
      if (pending?.exam !== exam || pending.staff !== by.staff) throw new BoxError('roster/preview-gone');
      const result = this.#judge(pending);
      if (!result.ok) throw new BoxError('roster/faults', { faults: result.counts.faults });
      const stored = selectEntries(this.#s, exam);
      const entries = toSave(result.entries, stored, newId);
      refuseSeated(entries, stored, selectSittingCandidates(this.#s, exam));
      const parts = Math.max(1, Math.ceil(entries.length / PART));
      const { file, sha256 } = pending;
      const subjects = result.counts.subjects.map(({ code, name }) => ({ code, name }));
      await this.#deps.ledger.append(
        Array.from({ length: parts }, (_, i) => ({
          kind: 'ROSTER_IMPORTED' as const,
          body: {
            exam,
            file,
            sha256,
            part: i + 1,
            parts,
            subjects: i === 0 ? subjects : [],
            entries: entries.slice(i * PART, (i + 1) * PART),
          },
          by,
        })),
      );
      this.#previews.delete(token);
      return { new: result.counts.new, changed: result.counts.changed, unchanged: result.counts.unchanged };
    });
  }

  #judge({ exam, table, mapping }: Pending) {
    const existing = selectEntries(this.#s, exam).map(asImported);
    // Nobody is born after today.
    const notAfter = new Date(this.#deps.clock.wall()).toISOString().slice(0, 10);
    return previewRoster(table, mapping, existing, { notAfter });
  }

  /** A person has one preview at a time; of all, the oldest give way. */
  #keep(pending: Pending): string {
    this.#sweep();
    for (const [token, other] of this.#previews)
      if (other.staff === pending.staff) this.#previews.delete(token);
    for (const token of this.#previews.keys()) {
      if (this.#previews.size < MOST_PREVIEWS) break;
      this.#previews.delete(token);
    }
    const token = randomBytes(16).toString('base64url');
    this.#previews.set(token, pending);
    return token;
  }

  #sweep(): void {
    const now = this.#deps.clock.elapsed();
    for (const [token, { until }] of this.#previews) if (until <= now) this.#previews.delete(token);
  }

  #requireExam(exam: string): void {
    if (!selectHasExam(this.#s, exam)) throw new BoxError('thing/not-found', { exam });
  }
}

async function read(bytes: Uint8Array, sheet: string | undefined): Promise<ReadTable> {
  try {
    return await readTable(bytes, sheet === undefined ? {} : { sheet });
  } catch (error) {
    if (error instanceof RosterReadError)
      throw new BoxError('roster/unreadable', toldUnreadable(error.code, error.detail));
    throw error;
  }
}

function chosenColumns(table: ReadTable, { headerLine, mapping }: Static<typeof RosterQuery>) {
  try {
    return understand(table, headerLine, mapping);
  } catch (error) {
    if (error instanceof ChosenColumnsError) throw new BoxError('request/invalid', error.detail);
    throw error;
  }
}
