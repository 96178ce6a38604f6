/**
 * Answer sheets (lines) and scratch sheets (blank) that bear the candidate's code and n of N, so that what is collected can
 * be counted and laid to the right person.
 */
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { asked } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface CandidateSheet {
  /** `<ticket> <subject> <n>/<N>` */
  qr: string;
  fields: [word: string, value: string][];
  /** 第 1 张 / 共 2 张 */
  page: string;
}

interface CandidateSheets {
  exam: string;
  /** Of one sheet; the report's title speaks of all. */
  sheetTitle: string;
  qrWords: string;
  advice: string;
  sheets: CandidateSheet[];
}

export interface AnswerSheetsReport extends Report<'answer-sheets'>, CandidateSheets {}
export interface ScratchSheetsReport extends Report<'scratch-sheets'>, CandidateSheets {}

const WORDS = {
  ...BASE_WORDS,
  sheet: { zh: '第 {n} 张 / 共 {of} 张', en: 'Sheet {n} of {of}' },
  qr: { zh: '考生二维码', en: 'Candidate’s code' },
  answerTitle: { zh: '答题纸', en: 'Answer sheet' },
  scratchTitle: { zh: '草稿纸', en: 'Scratch sheet' },
  answerAdvice: {
    zh: '在横线上作答，不要折叠，不要写在二维码上。交卷时全部交回。',
    en: 'Write on the lines. Do not fold, do not write on the code. Hand every sheet in.',
  },
  scratchAdvice: {
    zh: '草稿不计分。考试结束时全部交回，不得带出考场。',
    en: 'Not marked. Hand every sheet in at the end; none leaves the room.',
  },
} as const;

/** Sheets for each candidate: two to answer on, one to scratch on. */
export const SHEETS_EACH = { 'answer-sheets': 2, 'scratch-sheets': 1 } as const;

export function answerSheets(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  only?: ReadonlySet<string>,
  each: number = SHEETS_EACH['answer-sheets'],
): AnswerSheetsReport {
  const { answerAdvice: advice, answerTitle: sheetTitle } = wordsOf(lang, WORDS);
  return {
    ...reportBase('answer-sheets', session, request, lang),
    ...candidateSheets(session, lang, { advice, sheetTitle }, each, only),
  };
}

export function scratchSheets(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  only?: ReadonlySet<string>,
  each: number = SHEETS_EACH['scratch-sheets'],
): ScratchSheetsReport {
  const { scratchAdvice: advice, scratchTitle: sheetTitle } = wordsOf(lang, WORDS);
  return {
    ...reportBase('scratch-sheets', session, request, lang),
    ...candidateSheets(session, lang, { advice, sheetTitle }, each, only),
  };
}

function candidateSheets(
  session: SessionFacts,
  lang: ReportLanguage,
  words: Pick<CandidateSheets, 'advice' | 'sheetTitle'>,
  each: number,
  only?: ReadonlySet<string>,
): CandidateSheets {
  const w = wordsOf(lang, WORDS);
  const entries = session.rooms.flatMap((room) => asked(room.entries, only));
  return {
    exam: session.examName,
    qrWords: w.qr,
    ...words,
    sheets: entries.flatMap((entry) =>
      Array.from(
        { length: each },
        (_, index): CandidateSheet => ({
          qr: `${entry.ticket} ${entry.subject} ${index + 1}/${each}`,
          fields: [
            [w.name, entry.name],
            [w.ticket, entry.ticket],
            [w.subject, entry.subjectName],
            [w.room, entry.roomName],
            [w.seat, entry.seat],
            [w.session, session.name],
          ],
          page: fill(w.sheet, { n: index + 1, of: each }),
        }),
      ),
    ),
  };
}
