/** Exams: the frame of roster, papers and sessions. */
import type { ExamRow } from '#protocol/console.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import {
  type StoredExam,
  selectExamCounts,
  selectExams,
  selectExamsInRooms,
  selectOptionalExam,
  selectSubjects,
} from './exams.repo.ts';

export class ExamsService {
  readonly #deps: Deps;
  readonly #s: Statements;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
  }

  /** @param own exams are listed that have a sitting in these rooms; null: all */
  list(own: ReadonlySet<string> | null): ExamRow[] {
    const seen = own && selectExamsInRooms(this.#s, own);
    return selectExams(this.#s)
      .filter(({ exam }) => seen === null || seen.has(exam))
      .map((exam) => this.#row(exam));
  }

  async add(name: string, by: Actor): Promise<ExamRow> {
    return this.#save(newId('exam'), name, by);
  }

  /** Throws `thing/not-found`. */
  async rename(exam: string, name: string, by: Actor): Promise<ExamRow> {
    this.require(exam);
    return this.#save(exam, name, by);
  }

  /** Throws `thing/not-found` where there is no such exam. */
  require(exam: string): StoredExam {
    const found = selectOptionalExam(this.#s, exam);
    if (!found) throw new BoxError('thing/not-found', { exam });
    return found;
  }

  /** Subjects by their code: those of the roster, and those that only a paper has. */
  subjects(exam: string): Map<string, string> {
    return new Map(selectSubjects(this.#s, exam).map(({ code, name }) => [code, name]));
  }

  async #save(exam: string, name: string, by: Actor): Promise<ExamRow> {
    await this.#deps.ledger.append([{ kind: 'EXAM_SAVED', body: { exam, name }, by }]);
    return this.#row(this.require(exam));
  }

  #row({ exam, name }: StoredExam): ExamRow {
    return { exam, name, ...selectExamCounts(this.#s, exam), subjects: selectSubjects(this.#s, exam) };
  }
}
