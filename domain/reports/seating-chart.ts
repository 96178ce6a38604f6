/**
 * Seating chart: the room as it is laid out, turned so that whoever holds the sheet sees the room in front of them: the
 * lectern, or the door, is at the lower edge.
 */

import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { kindAt, orient, orientedSize } from '#domain/seating/floor-plan.ts';
import type { FloorPlan } from '#protocol/console.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import type { RequestFacts, RoomFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { peopleBySeat, type RoomSheet, roomSheet, subjectNote } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export type Side = 'top' | 'bottom' | 'left' | 'right';

export interface ChartCell {
  kind: 'seat' | 'aisle' | 'missing' | 'broken' | 'spare';
  /** Number of the seat; empty where nobody sits down. */
  seat: string;
  /** One name; several where the seat is used one after the other. */
  names: string[];
  /** Small print: the subject where the room holds several, or why the seat is free. */
  note: string;
}

export interface ChartRoom extends RoomSheet {
  rows: number;
  columns: number;
  /** Row-major, as drawn. */
  cells: ChartCell[];
  lectern: { side: Side; words: string };
  /** Beside which cell of the outer ring the door is. */
  door: { side: Side; row: number; column: number; words: string } | null;
  viewWords: string;
  counts: string;
}

export interface SeatingChartReport extends Report<'seating-chart'> {
  rooms: ChartRoom[];
}

const WORDS = {
  ...BASE_WORDS,
  lectern: { zh: '讲台', en: 'Lectern' },
  door: { zh: '门', en: 'Door' },
  fromLectern: { zh: '从讲台看', en: 'Seen from the lectern' },
  fromDoor: { zh: '从门口看', en: 'Seen from the door' },
  spare: { zh: '备用', en: 'spare' },
  broken: { zh: '停用', en: 'out of use' },
  free: { zh: '空', en: 'free' },
  counts: {
    zh: '考生 {people} 人 · 空座 {free} · 备用 {spare} · 停用 {broken}',
    en: '{people} candidates · {free} free · {spare} spare · {broken} out of use',
  },
} as const;

export function seatingChart(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  view: 'lectern' | 'door' = 'lectern',
): SeatingChartReport {
  const base = reportBase('seating-chart', session, request, lang);
  return {
    ...base,
    rooms: session.rooms.map((room) => ({
      ...roomSheet(session, room, base.head.title, lang),
      ...chart(room, lang, view),
    })),
  };
}

function chart(
  room: RoomFacts,
  lang: ReportLanguage,
  view: 'lectern' | 'door',
): Omit<ChartRoom, keyof RoomSheet> {
  const w = wordsOf(lang, WORDS);
  const { plan } = room;
  const door = plan.door && { ...orient(plan, plan.door), side: doorSide(plan) };
  const fromDoor = view === 'door' && door !== null;
  const turn = turnTo(fromDoor ? door.side : 'top', orientedSize(plan));
  const cells = Array.from({ length: plan.rows * plan.columns }, (): ChartCell => emptyCell('missing'));
  const bySeat = peopleBySeat(room.entries);
  const counts = { people: 0, free: 0, spare: 0, broken: 0 };
  const put = (row: number, column: number, cell: ChartCell) => {
    const at = turn.at(orient(plan, { row, column }));
    cells[at.row * turn.columns + at.column] = cell;
  };

  for (let index = 0; index < plan.cells.length; index += 1) {
    const row = Math.floor(index / plan.columns);
    const column = index % plan.columns;
    put(row, column, emptyCell(kindAt(plan, row, column) === 'aisle' ? 'aisle' : 'missing'));
  }
  for (const { row, column, kind, label } of numberSeats(plan)) {
    const seated = bySeat.get(label) ?? [];
    if (seated.length > 0) counts.people += seated.length;
    else if (kind === 'seat') counts.free += 1;
    else counts[kind] += 1;
    const free = kind === 'seat' ? w.free : w[kind];
    put(row, column, {
      kind,
      seat: label,
      names: seated.map(([first]) => first?.name ?? ''),
      note: seated.length > 0 ? subjectNote(room, seated.flat(), lang) : free,
    });
  }
  return {
    rows: turn.rows,
    columns: turn.columns,
    cells,
    lectern: { side: turn.side('top'), words: w.lectern },
    door: door && { side: turn.side(door.side), ...turn.at(door), words: w.door },
    viewWords: fromDoor ? w.fromDoor : w.fromLectern,
    counts: fill(w.counts, counts),
  };
}

function emptyCell(kind: 'aisle' | 'missing'): ChartCell {
  return { kind, seat: '', names: [], note: '' };
}

/** The wall with the door, with the lectern at the top. In a corner it is the side wall, where corridors are. */
function doorSide(plan: FloorPlan): Side {
  if (!plan.door) return 'top';
  const { rank, file } = orient(plan, plan.door);
  if (file === 0) return 'left';
  if (file === orientedSize(plan).files - 1) return 'right';
  return rank === 0 ? 'top' : 'bottom';
}

interface Turn {
  rows: number;
  columns: number;
  at(place: { rank: number; file: number }): { row: number; column: number };
  side(side: Side): Side;
}

/** Turns the room, given with the lectern at the top, so that a wall comes to the lower edge. */
function turnTo(wall: Side, { ranks, files }: { ranks: number; files: number }): Turn {
  const around: Side[] = ['top', 'right', 'bottom', 'left'];
  const quarters = { bottom: 0, right: 1, top: 2, left: 3 }[wall];
  const side = (one: Side): Side => around[(around.indexOf(one) + quarters) % 4] ?? one;
  switch (wall) {
    case 'bottom':
      return { rows: ranks, columns: files, side, at: ({ rank, file }) => ({ row: rank, column: file }) };
    case 'right':
      return {
        rows: files,
        columns: ranks,
        side,
        at: ({ rank, file }) => ({ row: file, column: ranks - 1 - rank }),
      };
    case 'top':
      return {
        rows: ranks,
        columns: files,
        side,
        at: ({ rank, file }) => ({ row: ranks - 1 - rank, column: files - 1 - file }),
      };
    case 'left':
      return {
        rows: files,
        columns: ranks,
        side,
        at: ({ rank, file }) => ({ row: files - 1 - file, column: rank }),
      };
  }
}
