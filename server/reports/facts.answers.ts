/** A candidate's answers with the paper they belong to, for printing (R6). Only of a paper that was released. */
import { createHash } from 'node:crypto';
import { answersText } from '#domain/attempt/digest.ts';
import { setAnswer } from '#domain/attempt/merge.ts';
import type { AnswersFacts, EventFacts } from '#domain/reports/evidence-facts.ts';
import type { Answers, ResponseValue } from '#protocol/paper.ts';
import type { Receipt } from '#protocol/socket.ts';
import { paperOf } from '#server/attempts/attempt-state.ts';
import {
  selectHeads,
  selectOptionalAttempt,
  selectSeating,
  selectSitting,
} from '#server/attempts/attempts.repo.ts';
import type { SealedPapers } from '#server/papers/sealed-papers.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Statements } from '#server/platform/statements.ts';

/**
 * Rejects with `report/no-data` where there is no such attempt, or its paper has not been released; with
 * `purge/answers-gone` where its answers were deleted.
 */
export async function readAnswers(
  s: Statements,
  papers: Pick<SealedPapers, 'content' | 'isReleased'>,
  attempt: string,
  submission: EventFacts | null,
): Promise<AnswersFacts> {
  const row = selectOptionalAttempt(s, attempt);
  if (!row) throw new BoxError('report/no-data', { attempt });
  // Every attempt has a stream, from its first login on, until its answers are deleted.
  const heads = selectHeads(s, attempt);
  if (heads.length === 0) throw new BoxError('purge/answers-gone', { attempt });
  const { version, orderSeed } = selectSeating(s, row.entry, row.sitting);
  const paper = paperOf(selectSitting(s, row.sitting), version);
  if (paper === null || !papers.isReleased(paper)) throw new BoxError('report/no-data', { paper: 'sealed' });
  const answers: Answers = {};
  for (const { item, resp, value } of s.all<{ item: string; resp: string; value: string }>(
    'SELECT item, resp, value FROM answer WHERE attempt = ? AND epoch = ?',
    attempt,
    row.epoch,
  ))
    setAnswer(answers, item, resp, JSON.parse(value) as ResponseValue);
  const streams = heads.filter(({ rev }) => rev > 0);
  const receipt = row.receipt ? (JSON.parse(row.receipt) as Receipt) : null;
  return {
    attempt,
    paperLabel: s.get<{ label: string }>('SELECT label FROM paper WHERE paper = ?', paper)?.label ?? '',
    version,
    paper: await papers.content(paper),
    orderSeed,
    answers,
    streams,
    digest: createHash('sha256').update(answersText({ attempt, answers, streams })).digest('base64url'),
    receipt: receipt
      ? {
          code: receipt.code,
          digest: receipt.digest,
          submittedWall: receipt.submitted,
          answered: receipt.answered,
          revisions: receipt.revisions,
          signature: row.receiptSig ?? '',
        }
      : null,
    submission,
  };
}
