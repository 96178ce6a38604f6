/**
 * Proofs that events are in the ledger, written small. Audit paths share most of their hashes, so each hash is printed
 * once, with a number, and a path is a list of numbers. Anybody can follow them to the checkpoint's root (RFC 6962).
 */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText } from './dates.ts';
import type { EventFacts } from './evidence-facts.ts';
import type { SessionFacts } from './facts.ts';
import type { Section } from './sections.ts';
import { fill, wordsOf } from './words.ts';

const WORDS = {
  title: { zh: '存证与包含证明', en: 'Checkpoint and proofs' },
  none: {
    zh: '尚无存证点，所列事件暂无包含证明。',
    en: 'There is no checkpoint yet, and so no proof of the events.',
  },
  origin: { zh: '来源', en: 'Origin' },
  size: { zh: '事件数', en: 'Events' },
  root: { zh: '根哈希', en: 'Root' },
  signedAt: { zh: '签署时间', en: 'Signed at' },
  key: { zh: '服务器公钥', en: 'Key of the box' },
  how: {
    zh: '验算方法：事件哈希为 SHA-256(00‖事件字节)；按“路径”所列编号依次取哈希，用 SHA-256(01‖左‖右) 合并，结果应等于根哈希（RFC 6962）。哈希为 base64url。',
    en: 'To check: an event’s hash is SHA-256(00‖bytes of the event). Take the hashes of its path by their numbers and join them as SHA-256(01‖left‖right): the result is the root (RFC 6962). Hashes are base64url.',
  },
  event: { zh: '事件', en: 'Event' },
  hash: { zh: '事件哈希', en: 'Hash of the event' },
  path: { zh: '路径', en: 'Path' },
  number: { zh: '编号', en: 'No.' },
  after: { zh: '在存证点之后', en: 'after the checkpoint' },
  whole: { zh: '存证点即此事件', en: 'the event is the whole ledger' },
  noEvents: { zh: '没有涉及的事件', en: 'There are no events concerned' },
  signed: { zh: '存证点全文（含签名）', en: 'The checkpoint whole, with its signature' },
  hashes: { zh: '路径中的哈希（共 {n} 个）', en: 'Hashes of the paths ({n})' },
} as const;

export function proofSections(
  { checkpoint, site }: SessionFacts,
  events: readonly EventFacts[],
  lang: ReportLanguage,
): Section[] {
  const w = wordsOf(lang, WORDS);
  const heading: Section = { t: 'heading', text: w.title };
  if (checkpoint === null) return [heading, { t: 'text', text: w.none }];
  const numbers = new Map<string, number>();
  const numberOf = (hash: string) => {
    const known = numbers.get(hash) ?? numbers.size + 1;
    numbers.set(hash, known);
    return known;
  };
  const pathOf = (proof: string[] | null) => {
    if (proof === null) return w.after;
    return proof.length === 0 ? w.whole : proof.map(numberOf).join(' ');
  };
  const rows = events.map(({ seq, leaf, proof }) => [`#${seq}`, leaf, pathOf(proof)]);
  const hashes = [...numbers].map(([hash, number]) => [String(number), hash]);
  return [
    heading,
    {
      t: 'fields',
      columns: 1,
      pairs: [
        [w.origin, checkpoint.origin],
        [w.size, String(checkpoint.size)],
        [w.root, checkpoint.root],
        [w.signedAt, dateTimeText(checkpoint.wall, site.timeZone, lang)],
        [w.key, site.boxKey],
      ],
    },
    { t: 'code', code: checkpoint.note, words: w.signed, text: w.how },
    {
      t: 'table',
      columns: [
        { title: w.event, width: 1, align: 'right' },
        { title: w.hash, width: 4.4 },
        { title: w.path, width: 5 },
      ],
      rows,
      empty: w.noEvents,
      small: true,
    },
    { t: 'text', text: fill(w.hashes, { n: hashes.length }) },
    {
      t: 'table',
      columns: [
        { title: w.number, width: 1, align: 'right' },
        { title: w.hash, width: 5 },
        { title: w.number, width: 1, align: 'right' },
        { title: w.hash, width: 5 },
      ],
      // Two columns of hashes on a line: half the paper.
      rows: inPairs(hashes),
      empty: w.noEvents,
      small: true,
    },
  ];
}

function inPairs(rows: readonly string[][]): string[][] {
  return Array.from({ length: Math.ceil(rows.length / 2) }, (_, i) => [
    ...(rows[2 * i] ?? []),
    ...(rows[2 * i + 1] ?? ['', '']),
  ]);
}
