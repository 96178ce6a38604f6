/** The way from an empty site to a session that can start, in the order of the work. Pure. */
import type { ExamRow, MachinesAnswer, RoomRow, SessionDetail, Step } from '#protocol/console.ts';

export type PathKey = 'exam' | 'roster' | 'papers' | 'rooms' | 'sittings' | 'seating' | 'machines' | 'ready';

export interface PathStep {
  key: PathKey;
  state: 'done' | 'warning' | 'todo';
  /** The box's own words, where a session exists that it can judge. */
  said: Pick<Step, 'zh' | 'en'> | null;
  /** Numbers to show where the box says nothing. */
  count: number;
  of: number;
}

export interface PathInput {
  exam: ExamRow | null;
  rooms: readonly RoomRow[];
  session: SessionDetail | null;
  machines: MachinesAnswer | null;
}

export interface Path {
  steps: PathStep[];
  /** The first step that is not done: the one to do next. Null: everything is ready. */
  next: PathKey | null;
}

export function pathOf({ exam, rooms, session, machines }: PathInput): Path {
  const judged = new Map((session?.steps ?? []).map((step) => [step.key, step]));
  const subjects = exam?.subjects ?? [];
  const withPaper = subjects.filter(({ papers }) => papers > 0).length;
  const seats = rooms.reduce((sum, room) => sum + room.seats, 0);
  const enrolled = machines?.machines.filter(({ state }) => state !== 'retired').length ?? 0;

  const own = (key: PathKey, done: boolean, count: number, of = 0): PathStep => ({
    key,
    state: done ? 'done' : 'todo',
    said: null,
    count,
    of,
  });
  const steps: PathStep[] = [
    own('exam', exam !== null, exam ? 1 : 0),
    own('roster', (exam?.entries ?? 0) > 0, exam?.entries ?? 0, exam?.candidates ?? 0),
    own('papers', subjects.length > 0 && withPaper === subjects.length, withPaper, subjects.length),
    own('rooms', rooms.length > 0, rooms.length, seats),
    own('sittings', (session?.sittings.length ?? 0) > 0, session?.sittings.length ?? 0),
    own('seating', session !== null && session.seated > 0, session?.seated ?? 0, session?.candidates ?? 0),
    own('machines', enrolled > 0, enrolled, seats),
  ];
  for (const step of steps) {
    const box = judged.get(step.key as Step['key']); // 'exam' and 'ready' are not among them: undefined then
    if (!box) continue;
    step.state = box.state;
    step.said = { zh: box.zh, en: box.en };
  }
  // What the box asks for beyond the path (staff, clock) stands at the end.
  const more = [...judged.values()].filter(({ key }) => !steps.some((step) => step.key === key));
  const open = [...steps, ...more].filter(({ state }) => state !== 'done');
  const blocking = open.find(({ state }) => state === 'todo');
  const last = more.find(({ state }) => state !== 'done');
  steps.push({
    key: 'ready',
    state: session === null || blocking ? 'todo' : open.length > 0 ? 'warning' : 'done',
    said: last ? { zh: last.zh, en: last.en } : null,
    count: 0,
    of: 0,
  });
  return { steps, next: steps.find(({ state }) => state === 'todo')?.key ?? null };
}
