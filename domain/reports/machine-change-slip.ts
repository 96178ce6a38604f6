/** Machine-change slip: a form to fill in by hand, with what the room has to offer for a change. */

import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, RoomFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { type RoomSheet, roomSheet } from './rooms.ts';
import { BASE_WORDS, wordsOf } from './words.ts';

export interface MachineChangeSlipReport extends Report<'machine-change-slip'> {
  /** To be filled in by hand: values are empty. */
  fields: [word: string, value: string][];
  reasonTitle: string;
  reasons: string[];
  remarks: string;
  signatures: string[];
  sparesTitle: string;
  spareColumns: [seat: string, machine: string, address: string];
  noSpares: string;
  rooms: (RoomSheet & { spares: [seat: string, machine: string, address: string][] })[];
}

const WORDS = {
  ...BASE_WORDS,
  from: { zh: '原座位号', en: 'From seat' },
  to: { zh: '新座位号', en: 'To seat' },
  stopped: { zh: '停止作答时间', en: 'Stopped at' },
  resumed: { zh: '恢复作答时间', en: 'Went on at' },
  credit: { zh: '申请补时', en: 'Time credit asked for' },
  code: { zh: '换机码', en: 'Change code' },
  reason: { zh: '换机原因', en: 'Why' },
  machine: { zh: '考试机', en: 'Machine' },
  address: { zh: '地址', en: 'Address' },
  spares: { zh: '本考场备用座位', en: 'Spare seats of this room' },
  noSpares: {
    zh: '本考场没有备用座位，请联系主考。',
    en: 'This room has no spare seat: ask the chief invigilator.',
  },
  technician: { zh: '技术员', en: 'Technician' },
} as const;

const REASONS: readonly { zh: string; en: string }[] = [
  { zh: '死机或黑屏', en: 'Frozen or black screen' },
  { zh: '键盘或鼠标', en: 'Keyboard or mouse' },
  { zh: '显示器', en: 'Display' },
  { zh: '耳机', en: 'Headset' },
  { zh: '网络', en: 'Network' },
  { zh: '供电', en: 'Power' },
  { zh: '其他', en: 'Other' },
];

export function machineChangeSlip(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): MachineChangeSlipReport {
  const base = reportBase('machine-change-slip', session, request, lang);
  const w = wordsOf(lang, WORDS);
  const blank = (word: string): [string, string] => [word, ''];
  return {
    ...base,
    fields: [w.name, w.ticket, w.from, w.to, w.stopped, w.resumed, w.credit, w.code].map(blank),
    reasonTitle: w.reason,
    reasons: REASONS.map(({ zh, en }) => (lang === 'en' ? en : zh)),
    remarks: w.remarks,
    signatures: [w.candidate, w.technician, w.invigilator, w.chief],
    sparesTitle: w.spares,
    spareColumns: [w.seat, w.machine, w.address],
    noSpares: w.noSpares,
    rooms: session.rooms.map((room) => ({
      ...roomSheet(session, room, base.head.title, lang),
      spares: spares(room),
    })),
  };
}

function spares(room: RoomFacts): [string, string, string][] {
  return numberSeats(room.plan)
    .filter(({ kind }) => kind === 'spare')
    .map(({ label }) => {
      const machine = room.machines.find(({ seat, retired }) => seat === label && retired === null);
      return [label, machine?.machine ?? '', machine?.address ?? ''];
    });
}
