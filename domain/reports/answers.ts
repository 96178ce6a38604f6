/** 考生答卷 (R6): a candidate's paper with the answers that the ledger adds up to, its digest, receipt and proof. */
import { orderPaper } from '#domain/papers/order.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import { answerLines, plainText } from './answer-text.ts';
import type { AnswersFacts } from './evidence-facts.ts';
import type { EntryFacts, RequestFacts, SessionFacts } from './facts.ts';
import { proofSections } from './proofs.ts';
import { type Report, reportBase } from './report.ts';
import { momentText, statusWords } from './room-matters.ts';
import type { Part, Section } from './sections.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface AnswersReport extends Report<'answers'> {
  parts: Part[];
}

const WORDS = {
  ...BASE_WORDS,
  paper: { zh: '试卷', en: 'Paper' },
  version: { zh: '卷别', en: 'Version' },
  state: { zh: '状态', en: 'State' },
  submitted: { zh: '交卷时间', en: 'Handed in' },
  receipt: { zh: '回执码', en: 'Receipt code' },
  purpose: { zh: '用途', en: 'Purpose' },
  requester: { zh: '申请人', en: 'Requested by' },
  answered: { zh: '已答题数', en: 'Items answered' },
  answeredOf: { zh: '{n} / {of}', en: '{n} of {of}' },
  revisions: { zh: '作答修订', en: 'Revisions' },
  item: { zh: '第 {n} 题', en: 'Item {n}' },
  unanswered: { zh: '（未作答）', en: '(not answered)' },
  digests: { zh: '摘要与回执', en: 'Digest and receipt' },
  digest: { zh: '答卷摘要', en: 'Digest of the answers' },
  agrees: { zh: '与回执一致', en: 'the same as in the receipt' },
  differs: { zh: '与回执不一致', en: 'NOT the same as in the receipt' },
  notYet: { zh: '尚未交卷，以下为目前已保存的作答', en: 'Not handed in: the answers saved so far' },
  signature: { zh: '回执签名', en: 'Signature of the receipt' },
  streams: { zh: '作答流', en: 'Streams' },
  stream: { zh: '第 {epoch} 段，{rev} 次修订，{hash}', en: 'No. {epoch}, {rev} revisions, {hash}' },
} as const;

/**
 * `show` makes a text printable: what a candidate typed may hold characters that no font has, and the answers must still
 * come out.
 */
export function answers(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  entry: EntryFacts,
  facts: AnswersFacts,
  show: (text: string) => string = (text) => text,
): AnswersReport {
  const w = wordsOf(lang, WORDS);
  const base = reportBase('answers', session, request, lang);
  const order = orderPaper(facts.paper, facts.orderSeed).items;
  const { receipt } = facts;
  const items = order.flatMap((id, i) => itemSections(facts, id, i + 1, lang, show));
  const answered = order.filter((id) =>
    Object.values(facts.answers[id] ?? {}).some((value) => value !== null && value !== ''),
  ).length;
  const sections: Section[] = [
    {
      t: 'fields',
      columns: 2,
      pairs: [
        [w.name, entry.name],
        [w.ticket, entry.ticket],
        [w.idNumber, entry.idNumber],
        [w.school, entry.school],
        [w.subject, entry.subjectName],
        [w.seat, `${entry.roomName} ${entry.seat}`],
        [w.paper, show(facts.paper.title)],
        [w.version, `${facts.version} · ${facts.paperLabel}`],
        [w.state, entry.attempt ? statusWords(entry.attempt.status, lang) : '—'],
        [w.submitted, momentText(receipt?.submittedWall ?? null, session, lang)],
        [w.answered, fill(w.answeredOf, { n: receipt?.answered ?? answered, of: order.length })],
        [w.revisions, String(facts.streams.reduce((sum, { rev }) => sum + rev, 0))],
        [w.requester, request.requester],
        [w.purpose, request.purpose],
      ],
    },
    ...(receipt ? [] : [{ t: 'text' as const, text: w.notYet }]),
    ...items,
    ...digestSections(facts, lang),
    ...proofSections(session, facts.submission ? [facts.submission] : [], lang),
  ];
  const title = `${base.head.title} ${entry.name}`;
  return { ...base, parts: [{ title, lines: base.head.lines, sections }] };
}

function itemSections(
  { paper, answers }: AnswersFacts,
  id: string,
  number: number,
  lang: ReportLanguage,
  show: (text: string) => string,
): Section[] {
  const item = paper.items[id];
  if (!item) return [];
  const w = wordsOf(lang, WORDS);
  const lines = answerLines(item, Object.hasOwn(answers, id) ? (answers[id] ?? {}) : {});
  const several = lines.length > 1;
  const text = lines
    .map((line) => {
      const said = line.text.trim() === '' ? w.unanswered : line.text;
      return several ? `${line.response}: ${said}` : said;
    })
    .join('\n');
  const asked = plainText(item.body);
  const stimuli = item.stimuli.map((one) => paper.stimuli[one]?.title ?? '').filter((one) => one !== '');
  const words = [...stimuli, asked].filter((one) => one !== '').join('\n');
  return [
    { t: 'heading', text: show(`${fill(w.item, { n: number })} ${item.title}`) },
    ...(words === '' ? [] : [{ t: 'text' as const, text: show(words), small: true as const }]),
    ...(lines.length === 0 ? [] : [{ t: 'quote' as const, text: show(text) }]),
  ];
}

function digestSections({ digest, receipt, streams }: AnswersFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  const verdict = receipt === null ? '' : ` (${receipt.digest === digest ? w.agrees : w.differs})`;
  const pairs: [string, string][] = [[w.digest, `${digest}${verdict}`]];
  if (receipt) pairs.push([w.receipt, receipt.code], [w.signature, receipt.signature]);
  for (const { epoch, rev, hash } of streams) pairs.push([w.streams, fill(w.stream, { epoch, rev, hash })]);
  return [
    { t: 'heading', text: w.digests },
    { t: 'fields', columns: 1, pairs },
  ];
}
