/** 交接单: what the box holds after the session, pinned by the ledger's checkpoint, and who gave it to whom. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText } from './dates.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { countEntries, countRooms, type RoomCounts } from './room-counts.ts';
import { type Part, type Section, titledTable } from './sections.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface Handover extends Report<'handover'> {
  parts: Part[];
}

const WORDS = {
  ...BASE_WORDS,
  box: { zh: '考试服务器', en: 'Exam box' },
  key: { zh: '服务器公钥', en: 'Key of the box' },
  contents: { zh: '场次内容', en: 'What the session left' },
  present: { zh: '实到', en: 'Present' },
  submitted: { zh: '已交卷', en: 'Handed in' },
  open: { zh: '未交卷', en: 'Not handed in' },
  revisions: { zh: '作答修订', en: 'Revisions' },
  quarantined: { zh: '待裁定修订', en: 'Revisions to be decided' },
  photos: { zh: '现场照片', en: 'Photos' },
  incidents: { zh: '异常', en: 'Incidents' },
  total: { zh: '合计', en: 'Total' },
  checkpoint: { zh: '存证点', en: 'Checkpoint of the ledger' },
  origin: { zh: '来源', en: 'Origin' },
  size: { zh: '事件数', en: 'Events' },
  root: { zh: '根哈希', en: 'Root' },
  signedAt: { zh: '签署时间', en: 'Signed at' },
  code: { zh: '存证点二维码', en: 'Code of the checkpoint' },
  codeText: {
    zh: '二维码内为带服务器签名的存证点全文。总部收到的数据必须包含该存证点；事件数只增不减，根哈希可由任何人验算。',
    en: 'The code holds the signed checkpoint whole. What headquarters receives must contain it: events are only ever added, and anybody can recompute the root.',
  },
  noCheckpoint: { zh: '尚无存证点', en: 'There is no checkpoint yet' },
  things: { zh: '移交物品', en: 'Things handed over' },
  thing: { zh: '物品', en: 'Thing' },
  number: { zh: '数量', en: 'Number' },
  boxRow: { zh: '考试服务器', en: 'Exam box' },
  usbRow: { zh: '备份 U 盘', en: 'Backup stick' },
  sheetsRow: { zh: '答题纸、草稿纸（袋）', en: 'Answer and scratch sheets (bags)' },
  formsRow: { zh: '考场报告单、签到表（份）', en: 'Room reports, attendance sheets' },
  giver: { zh: '移交人签名、时间', en: 'Handed over by, time' },
  taker: { zh: '接收人签名、时间', en: 'Received by, time' },
} as const;

export function handover(session: SessionFacts, request: RequestFacts, lang: ReportLanguage): Handover {
  const w = wordsOf(lang, WORDS);
  const base = reportBase('handover', session, request, lang);
  const { site } = session;
  const row = (name: string, c: RoomCounts, photos: number, incidents: number) => [
    name,
    ...[c.present, c.submitted, c.open, c.revisions, c.quarantined, photos, incidents].map(String),
  ];
  const rows = session.rooms.map((room) =>
    row(room.name, countEntries(room.entries), room.photos.length, room.incidents.length),
  );
  const sum = (count: (room: SessionFacts['rooms'][number]) => number) =>
    session.rooms.reduce((total, room) => total + count(room), 0);
  if (rows.length > 1)
    rows.push(
      row(
        w.total,
        countRooms(session.rooms),
        sum((room) => room.photos.length),
        sum((room) => room.incidents.length),
      ),
    );
  const narrow = [w.present, w.submitted, w.open, w.revisions, w.quarantined, w.photos, w.incidents];
  const sections: Section[] = [
    {
      t: 'fields',
      columns: 1,
      pairs: [
        [w.site, `${site.name} (${site.site})`],
        [w.box, `${site.box} / ${site.boxEpoch}`],
        [w.key, site.boxKey],
      ],
    },
    ...titledTable(
      w.contents,
      [
        { title: w.room, width: 2.4 },
        ...narrow.map((title) => ({ title, width: 1.2, align: 'center' as const })),
      ],
      rows,
      w.none,
    ),
    ...checkpointSections(session, lang),
    ...titledTable(
      w.things,
      [
        { title: w.thing, width: 3 },
        { title: w.number, width: 1 },
        { title: w.remarks, width: 3 },
      ],
      [w.boxRow, w.usbRow, w.sheetsRow, w.formsRow, ''].map((thing) => [thing, '', '']),
      w.none,
    ),
    { t: 'signatures', words: [w.giver, w.taker] },
  ];
  return { ...base, parts: [{ title: base.head.title, lines: base.head.lines, sections }] };
}

function checkpointSections({ checkpoint, site }: SessionFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  const heading: Section = { t: 'heading', text: w.checkpoint };
  if (checkpoint === null) return [heading, { t: 'text', text: w.noCheckpoint }];
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
      ],
    },
    { t: 'code', code: checkpoint.note, words: w.code, text: w.codeText },
  ];
}
