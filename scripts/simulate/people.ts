/** Who sits the exam: candidates of the demo, or of a file, with the seats that the box gave them. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { DemoAnswer } from '#protocol/console.ts';
import type { Person } from './hall.ts';
import type { StaffClient } from './staff-client.ts';

export interface Listed {
  number: string;
  room: string;
  seat: string;
}

/** Each machine has a loopback address of its own, the same in every run: 127.20.0.1 for the first on the list. */
export function addressAt(index: number): string {
  const n = index + 1;
  return `127.${20 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
}

/** The first `count` of the list who are free to sit. */
export function chooseFree(
  listed: readonly Listed[],
  isFree: (one: Listed) => boolean,
  count: number,
): Person[] {
  const people: Person[] = [];
  for (const [index, one] of listed.entries()) {
    if (people.length >= count) break;
    if (isFree(one)) people.push({ ...one, address: addressAt(index) });
  }
  return people;
}

/** Who is free to sit in a session: seated in it, not handed in, and no live machine on the seat. */
export async function freeSeats(staff: StaffClient, session: string): Promise<(one: Listed) => boolean> {
  const place = (room: string | null, seat: string | null) => `${room} ${seat}`;
  const { machines } = await staff.call('GET /api/v1/console/machines');
  const live = new Set(
    machines
      .filter(({ state }) => state === 'connected' || state === 'in-use' || state === 'conflict')
      .map(({ room, seat }) => place(room, seat)),
  );
  const map = await staff.call('GET /api/v1/console/sessions/:session/map', { session });
  const tickets = new Map(
    map.rooms
      .flatMap(({ seats }) => seats)
      .filter(({ ticket, status }) => ticket !== null && status !== 'submitted' && status !== 'ended')
      .map(({ room, label, ticket }) => [place(room, label), ticket]),
  );
  return ({ number, room, seat }) =>
    !live.has(place(room, seat)) && tickets.get(place(room, seat)) === number;
}

export function ofDemo(demo: DemoAnswer): Listed[] {
  return demo.candidates.map(({ number, room, seat }) => ({ number, room, seat }));
}

/**
 * Candidates of a file: JSON (numbers, or objects with `number`), or CSV with a column `number` or `ticket` (else the first
 * column). Rooms and seats that the file lacks come from the session's seating.
 */
export async function ofFile(
  file: string,
  find: { staff: StaffClient | null; session: string },
): Promise<Listed[]> {
  const rows = readRows(await readFile(file, 'utf8'));
  if (rows.every(({ room, seat }) => room !== '' && seat !== '')) return rows;
  if (!find.staff)
    throw new Error('seats are not in the file: give --staff with a technician or administrator');
  const seating = await find.staff.call('GET /api/v1/console/sessions/:session/seating', {
    session: find.session,
  });
  const byTicket = new Map(seating.map((row) => [row.ticket, row]));
  return rows.map(({ number, room, seat }) => {
    const row = byTicket.get(number);
    if (!row && (room === '' || seat === '')) throw new Error(`${number} has no seat in this session`);
    return { number, room: room || (row?.room ?? ''), seat: seat || (row?.seat ?? '') };
  });
}

export function readRows(text: string): Listed[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const raw: unknown = trimmed.startsWith('[') ? JSON.parse(trimmed) : readCsv(trimmed);
  if (!Array.isArray(raw)) throw new Error('the file is no list of candidates');
  return raw.map((row: unknown) => {
    const of = typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : { number: row };
    const number = String(of['number'] ?? of['ticket'] ?? '').trim();
    if (number === '') throw new Error(`a line has no number: ${JSON.stringify(row)}`);
    return { number, room: String(of['room'] ?? ''), seat: String(of['seat'] ?? '') };
  });
}

function readCsv(text: string): unknown[] {
  const table: string[][] = parse(text, { skip_empty_lines: true, trim: true, relax_column_count: true });
  const head = (table[0] ?? []).map((name) => name.toLowerCase());
  if (!head.includes('number') && !head.includes('ticket')) return table.map(([number]) => ({ number }));
  return table.slice(1).map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}
