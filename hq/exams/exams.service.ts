/** Exams: the frame of rosters, papers and sessions. */
import type { Static } from 'typebox';
import { recordAction } from '#hq/platform/actions.ts';
import type { Sql, Tx } from '#hq/platform/database.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { newId } from '#node/ids/new-id.ts';
import type { HqExamBody } from '#protocol/hq.officer.schema.ts';
import * as repo from './exams.repo.ts';

export class ExamsService {
  readonly #deps: HqDeps;

  constructor(deps: HqDeps) {
    this.#deps = deps;
  }

  list(): Promise<repo.ExamCounts[]> {
    return repo.selectExams(this.#deps.db);
  }

  /** The new exam's id. Throws `hq/subject-twice`. */
  async add(caller: OfficerCaller, { name, subjects }: Static<typeof HqExamBody>): Promise<string> {
    const codes = subjects.map(({ code }) => code);
    const twice = codes.find((code, i) => codes.indexOf(code) !== i);
    if (twice !== undefined) throw new HqError('hq/subject-twice', { subject: twice });
    const exam = newId('exam');
    const at = this.#deps.time.wall();
    await this.#deps.db.transaction(async (tx) => {
      await repo.insertExam(tx, exam, name);
      await repo.insertSubjects(tx, exam, subjects);
      await recordAction(tx, { officer: caller.officer, at, what: 'exam.add', detail: { exam, name } });
    });
    return exam;
  }

  /** Throws `thing/not-found`. */
  async require(exam: string, db: Sql = this.#deps.db): Promise<repo.StoredExam> {
    const found = await repo.selectOptionalExam(db, exam);
    if (!found) throw new HqError('thing/not-found', { exam });
    return found;
  }

  subjects(exam: string, db: Sql = this.#deps.db): Promise<{ code: string; name: string }[]> {
    return repo.selectSubjects(db, exam);
  }

  subjectCounts(exam: string): ReturnType<typeof repo.selectSubjectCounts> {
    return repo.selectSubjectCounts(this.#deps.db, exam);
  }

  addSubjects(tx: Tx, exam: string, subjects: readonly { code: string; name: string }[]): Promise<void> {
    return repo.insertSubjects(tx, exam, subjects);
  }

  /** Papers or sessions changed: packages of all sites are out of date. */
  changed(tx: Tx, exam: string): Promise<void> {
    return repo.raiseExam(tx, exam);
  }

  /** The roster of one site changed. */
  rosterChanged(tx: Tx, exam: string, site: string): Promise<void> {
    return repo.raiseExamSite(tx, exam, site);
  }

  /** The staff of a site changed. */
  siteChanged(tx: Tx, site: string): Promise<void> {
    return repo.raiseSite(tx, site);
  }
}
