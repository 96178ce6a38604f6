/**
 * Carrying over: when a stream can't go on, what the candidate wrote in it and the box did not get is written again in
 * the stream that follows, as full values. The old entries stay in the journal.
 */
import { applyRevision, getAnswer } from '#domain/attempt/merge.ts';
import { contentOf } from './attempt-record.ts';
import type { Desk } from './desk.ts';
import { keyOf } from './typing.ts';
import { copyContent, sameValue } from './writing.ts';

/** Writes into `to` what `from` changed after `rev`. */
export function carryOver(from: Desk, to: Desk, rev: number): void {
  const answers = new Map<string, [string, string]>();
  const marks = new Set<string>();
  let moved = false;
  const content = copyContent(contentOf(from.record.base.content));
  for (const revision of from.journal.revisions()) {
    const { item, op } = revision;
    if (from.record.refused.includes(revision.rev)) continue;
    const before = 'resp' in op ? getAnswer(content.answers, item, op.resp) : null;
    applyRevision(content, revision);
    if (revision.rev <= rev) continue;
    if (op.t === 'mark') marks.add(item);
    else if (op.t === 'go') moved = true;
    // A full value of unchanged text is written on leaving an item: it is no change of the candidate's, and what the
    // box has may be newer than the text it repeats.
    else if ('resp' in op && !sameValue(before, getAnswer(content.answers, item, op.resp)))
      answers.set(keyOf(item, op.resp), [item, op.resp]);
  }
  to.writing.carry(from.writing.content, { answers: answers.values(), marks, item: moved });
}
