/** All of one exam, for its page. */
import type { Static } from 'typebox';
import type { PackagesService } from '#hq/packages/packages.service.ts';
import type { PapersService } from '#hq/papers/papers.service.ts';
import type { SessionsService } from '#hq/sessions/sessions.service.ts';
import type { HqExamDetail } from '#protocol/hq.answers.schema.ts';
import { PACKAGE_STATES } from '#protocol/hq.officer.schema.ts';
import type { ExamsService } from './exams.service.ts';

type Detail = Static<typeof HqExamDetail>;

export interface ExamParts {
  exams: ExamsService;
  papers: PapersService;
  sessions: SessionsService;
  packages: PackagesService;
}

/** Throws `thing/not-found`. */
export async function examDetail(parts: ExamParts, exam: string): Promise<Detail> {
  const { name } = await parts.exams.require(exam);
  const subjects = await parts.exams.subjectCounts(exam);
  const counts = await parts.packages.counts(exam);
  const sites = { all: 0, unenrolled: 0, none: 0, outdated: 0, published: 0, fetched: 0 };
  for (const state of PACKAGE_STATES) {
    sites[state] = counts.get(state) ?? 0;
    sites.all += sites[state];
  }
  return {
    exam,
    name,
    entries: subjects.reduce((sum, { entries }) => sum + entries, 0),
    sites,
    subjects,
    papers: await parts.papers.list(exam),
    sessions: await parts.sessions.list(exam),
  };
}
