/** Machine list of a room: which machine stands on which seat, how it is reached, what became of it. */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText } from './dates.ts';
import type { RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { type RoomSheet, roomSheet } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface MachineListReport extends Report<'machine-list'> {
  columns: [seat: string, machine: string, address: string, agent: string, enrolled: string, state: string];
  rooms: (RoomSheet & { count: string; rows: [string, string, string, string, string, string][] })[];
  none: string;
}

const WORDS = {
  ...BASE_WORDS,
  machine: { zh: '考试机', en: 'Machine' },
  address: { zh: '地址', en: 'Address' },
  agent: { zh: '浏览器', en: 'Browser' },
  enrolled: { zh: '登记时间', en: 'Enrolled' },
  state: { zh: '状态', en: 'State' },
  inUse: { zh: '在用', en: 'in use' },
  retired: { zh: '停用：{why}', en: 'taken out: {why}' },
  count: { zh: '在用 {used} 台 · 停用 {retired} 台', en: '{used} in use · {retired} taken out' },
  noMachines: { zh: '本考场还没有登记考试机。', en: 'No machine is enrolled in this room yet.' },
} as const;

export function machineList(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): MachineListReport {
  const base = reportBase('machine-list', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    columns: [w.seat, w.machine, w.address, w.agent, w.enrolled, w.state],
    none: w.noMachines,
    rooms: session.rooms.map((room) => {
      const retired = room.machines.filter((machine) => machine.retired !== null).length;
      return {
        ...roomSheet(session, room, base.head.title, lang),
        count: fill(w.count, { used: room.machines.length - retired, retired }),
        rows: room.machines.map((machine) => [
          machine.seat,
          machine.machine,
          machine.address,
          machine.agent,
          dateTimeText(machine.enrolledWall, session.site.timeZone, lang),
          machine.retired === null ? w.inUse : fill(w.retired, { why: machine.retired }),
        ]),
      };
    }),
  };
}
