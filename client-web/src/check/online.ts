/** Checks by asking the box; the mark's signature is checked here all the same, in the reader's own browser. */
import { parseMark } from '#domain/checking/mark.ts';
import type { BoxInfo } from '#protocol/console.ts';
import type { ErrorBody } from '#protocol/errors.ts';
import type { CheckAnswer } from '#protocol/reports.ts';
import { checkReceipt } from '../verify/check-receipt.ts';
import { type Checker, FILE_BYTES, type Judgement, type PaperCheck, type PaperFacts } from './checker.ts';
import { factsOf, isSigned } from './mark-signature.ts';

export function onlineChecker(ask: typeof fetch = (...args) => fetch(...args)): Checker {
  let known: BoxInfo | null = null;
  const box = async (): Promise<BoxInfo | null> => {
    if (known) return known;
    try {
      const response = await ask('/api/v1/box', { cache: 'no-store' });
      if (response.ok) known = (await response.json()) as BoxInfo;
    } catch {
      // Not reached: asked again the next time.
    }
    return known;
  };

  return {
    savedAt: null,
    receipt: (code) => checkReceipt(code, ask),
    async site() {
      const info = await box();
      return info && { name: info.siteName ?? '', timeZone: info.timeZone ?? 'UTC' };
    },
    async mark(text) {
      const read = parseMark(text);
      if (!read) return { trouble: 'not-mark' };
      const info = await box();
      if (!info) return { trouble: 'unreachable' };
      const { r, d } = read.mark;
      const answer = await answerOf(
        ask(`/api/v1/check/${encodeURIComponent(r)}?digest=${encodeURIComponent(d)}`, { cache: 'no-store' }),
      );
      if (isSigned(read, info.boxKey)) return judged('mark', answer, factsOf(read.mark));
      // Not this box's signature: of a paper that it knows, somebody changed the QR; any other is a stranger's.
      const judgement = judged('mark', answer, null);
      if ('trouble' in judgement || judgement.facts === null) return judgement;
      return { ...judgement, verdict: 'changed', code: 'check/signature' };
    },
    async file(file) {
      if (file.size > FILE_BYTES) return { trouble: 'too-large' };
      const answer = await answerOf(
        ask('/api/v1/check', { method: 'POST', body: file, headers: { 'content-type': 'application/pdf' } }),
      );
      return judged('file', answer, null);
    },
  };
}

type Trouble = Extract<PaperCheck, { trouble: string }>;

async function answerOf(asked: Promise<Response>): Promise<CheckAnswer | Trouble> {
  try {
    const response = await asked;
    if (response.ok) return (await response.json()) as CheckAnswer;
    const { code } = (await response.json()) as ErrorBody;
    if (code === 'check/no-pdf') return { trouble: 'no-pdf' };
    if (code === 'request/too-many') return { trouble: 'too-many' };
    if (code === 'request/too-large') return { trouble: 'too-large' };
    return { trouble: 'unreachable' };
  } catch {
    return { trouble: 'unreachable' };
  }
}

function judged(by: Judgement['by'], answer: CheckAnswer | Trouble, fromMark: PaperFacts | null): PaperCheck {
  if ('trouble' in answer) return answer;
  const { verdict, code, report } = answer;
  const facts: PaperFacts | null = report && {
    report: report.report,
    kind: report.kind,
    copy: report.copy,
    made: report.madeWall,
    pages: report.pages,
    requester: report.requester,
  };
  return { by, verdict, code, facts: facts ?? fromMark };
}
