/** The table of sittings as it is edited: what is wrong with it, whether everybody has a seat, a first plan. Pure. */
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { ExamRow, PaperRow, PlannedSubject, RoomRow, SittingRow } from '#protocol/console.ts';

const MINUTE = 60_000;
/** Versions of paper a table row offers; two satisfy any checkerboard. */
export const VERSIONS = ['A', 'B'] as const;
const DURATION_MOST_MIN = 720;

export interface SittingDraft {
  /** Key in the table; the identifier where the sitting exists. */
  key: string;
  sitting?: string;
  subject: string;
  room: string;
  /** By version; '' for none. */
  papers: Record<string, string>;
  minutes: number | null;
}

export type SittingFault = 'double' | 'paper' | 'duration' | 'subject';

export function draftsOf(sittings: readonly SittingRow[]): SittingDraft[] {
  return sittings.map(({ sitting, subject, room, papers, durationMs }) => ({
    key: sitting,
    sitting,
    subject,
    room,
    papers: Object.fromEntries(papers.map(({ version, paper }) => [version, paper])),
    minutes: Math.round(durationMs / MINUTE),
  }));
}

/** Faults by the row's key; empty: it may be saved. */
export function faultsOf(
  drafts: readonly SittingDraft[],
  subjects: readonly string[],
): ReadonlyMap<string, SittingFault> {
  const faults = new Map<string, SittingFault>();
  const seen = new Set<string>();
  for (const { key, subject, room, papers, minutes } of drafts) {
    const place = `${subject} ${room}`;
    if (minutes === null || minutes < 1 || minutes > DURATION_MOST_MIN) faults.set(key, 'duration');
    if (!Object.values(papers).some(Boolean)) faults.set(key, 'paper');
    if (!subjects.includes(subject)) faults.set(key, 'subject');
    if (seen.has(place)) faults.set(key, 'double');
    seen.add(place);
  }
  return faults;
}

export function sittingsBody(
  drafts: readonly SittingDraft[],
): ConsoleCalls['PUT /api/v1/console/sessions/:session/sittings']['body'] {
  return {
    sittings: drafts.map(({ sitting, subject, room, papers, minutes }) => ({
      ...(sitting ? { sitting } : {}),
      subject,
      room,
      papers: Object.entries(papers)
        .filter(([, paper]) => paper)
        .map(([version, paper]) => ({ version, paper })),
      durationMs: (minutes ?? 0) * MINUTE,
    })),
  };
}

export interface Capacity {
  code: string;
  name: string;
  entries: number;
  /** Seats of its rooms; those of a room that several subjects share count for each of them in full. */
  seats: number;
}

export function capacities(
  drafts: readonly SittingDraft[],
  exam: ExamRow,
  rooms: readonly RoomRow[],
  subjects: readonly string[],
): Capacity[] {
  return exam.subjects
    .filter(({ code }) => subjects.includes(code))
    .map(({ code, name, entries }) => {
      const used = new Set(drafts.filter(({ subject }) => subject === code).map(({ room }) => room));
      const seats = rooms.filter(({ room }) => used.has(room)).reduce((sum, room) => sum + room.seats, 0);
      return { code, name, entries, seats };
    });
}

/** Every subject in as many rooms as it needs, the largest first, no room twice as long as there are rooms. */
export function planSittings(
  exam: ExamRow,
  rooms: readonly RoomRow[],
  papers: readonly PaperRow[],
  subjects: readonly string[],
  planned: readonly PlannedSubject[],
  key: () => string,
): SittingDraft[] {
  const free = [...rooms].sort((a, b) => b.seats - a.seats);
  const drafts: SittingDraft[] = [];
  const wanted = exam.subjects
    .filter(({ code }) => subjects.includes(code))
    .sort((a, b) => b.entries - a.entries);
  for (const { code, entries } of wanted) {
    let left = entries;
    while (left > 0 && free.length > 0) {
      // The smallest room that takes all who are left, else the largest.
      const fitting = free.findLastIndex(({ seats }) => seats >= left);
      const [room] = free.splice(Math.max(0, fitting), 1);
      if (!room) break;
      left -= room.seats;
      drafts.push({
        key: key(),
        subject: code,
        room: room.room,
        ...asPlanned(planned, papers, code),
      });
    }
  }
  return drafts;
}

/** What headquarters planned for the subject; where it did not, the first papers and an hour and a half. */
export function asPlanned(
  planned: readonly PlannedSubject[],
  papers: readonly PaperRow[],
  subject: string,
): Pick<SittingDraft, 'papers' | 'minutes'> {
  const plan = planned.find(({ code }) => code === subject);
  if (!plan) return { papers: papersOf(papers, subject), minutes: 90 };
  const named = Object.fromEntries(plan.papers.map(({ version, paper }) => [version, paper]));
  return {
    papers: plan.papers.length > 0 ? named : papersOf(papers, subject),
    minutes: Math.round(plan.durationMs / MINUTE),
  };
}

/** The first two papers of a subject as versions A and B. */
export function papersOf(papers: readonly PaperRow[], subject: string): Record<string, string> {
  const own = papers.filter((paper) => paper.subject === subject);
  return Object.fromEntries(VERSIONS.map((version, index) => [version, own[index]?.paper ?? '']));
}
