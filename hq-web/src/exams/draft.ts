/** A session as its form holds it, and the way to and from the contract. Times are of this machine's time zone. Pure. */
import type { BodyOf } from '../api/call.ts';
import type { ExamDetail, SessionRow } from './words.ts';

const MINUTE = 60_000;
/** Half an hour before the start the release is there in time, and the papers stay shut long enough. */
const BEFORE_START_MS = 30 * MINUTE;
const VERSIONS = 'ABCDEFGH';

export type SessionBody = BodyOf<'POST /api/v1/officer/exams/:exam/sessions'>;
export type ReleaseWay = 'default' | 'time' | 'codes';

export interface SubjectDraft {
  code: string;
  chosen: boolean;
  minutes: number | null;
  /** Papers by version, A first; '' is none. */
  papers: string[];
}

export interface SessionDraft {
  name: string;
  /** As a `datetime-local` field has it. */
  start: string;
  subjects: SubjectDraft[];
  lateMinutes: number | null;
  earliestMinutes: number | null;
  shared: SessionBody['policy']['sharedAddress'];
  portrait: boolean;
  pledgeZh: string;
  pledgeEn: string;
  codes: boolean;
  n: number | null;
  m: number | null;
  release: ReleaseWay;
  releaseAt: string;
}

const two = (n: number) => String(n).padStart(2, '0');

/** What a `datetime-local` field shows. */
export function toField(wall: number): string {
  const date = new Date(wall);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Null where it is no date. */
export function fromField(text: string): number | null {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(wall) ? null : wall;
}

function releaseOf(session: SessionRow): ReleaseWay {
  if (session.releaseAt === null) return 'codes';
  return session.releaseAt === session.plannedStart - BEFORE_START_MS ? 'default' : 'time';
}

export function draftOf(session: SessionRow | null, exam: ExamDetail): SessionDraft {
  const policy = session?.policy;
  return {
    name: session?.name ?? '',
    start: session ? toField(session.plannedStart) : '',
    subjects: exam.subjects.map(({ code }) => {
      const of = session?.subjects.find((one) => one.code === code);
      const first = exam.papers.find(({ subject }) => subject === code)?.paper ?? '';
      return {
        code,
        chosen: session ? of !== undefined : first !== '',
        minutes: of ? Math.round(of.durationMs / MINUTE) : 120,
        papers: of ? of.papers.map(({ paper }) => paper) : [first],
      };
    }),
    lateMinutes: Math.round((policy?.lateEntryMs ?? 15 * MINUTE) / MINUTE),
    earliestMinutes: Math.round((policy?.earliestSubmitMs ?? 30 * MINUTE) / MINUTE),
    shared: policy?.sharedAddress ?? 'refuse',
    portrait: policy?.portrait ?? false,
    pledgeZh: policy?.pledgeZh ?? '',
    pledgeEn: policy?.pledgeEn ?? '',
    codes: session ? session.m > 0 : true,
    n: session && session.m > 0 ? session.n : 2,
    m: session && session.m > 0 ? session.m : 3,
    release: session ? releaseOf(session) : 'default',
    releaseAt: session?.releaseAt ? toField(session.releaseAt) : '',
  };
}

/** Why the draft is not yet a session. */
export type Missing =
  | 'name'
  | 'start'
  | 'subjects'
  | 'minutes'
  | 'papers'
  | 'rules'
  | 'pledge'
  | 'codes'
  | 'release';

export function missingOf(draft: SessionDraft): Missing | null {
  const chosen = draft.subjects.filter((one) => one.chosen);
  if (!draft.name.trim()) return 'name';
  if (fromField(draft.start) === null) return 'start';
  if (chosen.length === 0) return 'subjects';
  if (chosen.some(({ minutes }) => minutes === null)) return 'minutes';
  if (chosen.some(({ papers }) => papers.every((paper) => paper === ''))) return 'papers';
  if (draft.lateMinutes === null || draft.earliestMinutes === null) return 'rules';
  if (Boolean(draft.pledgeZh.trim()) !== Boolean(draft.pledgeEn.trim())) return 'pledge';
  if (draft.codes && (draft.n === null || draft.m === null || draft.n < 1 || draft.n > draft.m))
    return 'codes';
  // Somebody must be able to open it.
  if (!draft.codes && draft.release === 'codes') return 'release';
  if (draft.release === 'time' && fromField(draft.releaseAt) === null) return 'release';
  return null;
}

/** Null while something is missing (`missingOf`). */
export function bodyOf(draft: SessionDraft): SessionBody | null {
  const plannedStart = fromField(draft.start);
  if (missingOf(draft) !== null || plannedStart === null) return null;
  const releaseAt =
    draft.release === 'codes'
      ? null
      : draft.release === 'time'
        ? fromField(draft.releaseAt)
        : plannedStart - BEFORE_START_MS;
  return {
    name: draft.name.trim(),
    plannedStart,
    subjects: draft.subjects
      .filter(({ chosen }) => chosen)
      .map(({ code, minutes, papers }) => ({
        code,
        durationMs: (minutes ?? 0) * MINUTE,
        papers: papers
          .filter((paper) => paper !== '')
          .map((paper, index) => ({ version: VERSIONS[index] ?? '', paper })),
      })),
    policy: {
      lateEntryMs: (draft.lateMinutes ?? 0) * MINUTE,
      earliestSubmitMs: (draft.earliestMinutes ?? 0) * MINUTE,
      sharedAddress: draft.shared,
      pledgeZh: draft.pledgeZh.trim(),
      pledgeEn: draft.pledgeEn.trim(),
      ...(draft.portrait ? { portrait: true } : {}),
    },
    n: draft.codes ? (draft.n ?? 0) : 0,
    m: draft.codes ? (draft.m ?? 0) : 0,
    releaseAt,
  };
}
