import fc from 'fast-check';
import t from 'tap';
import type { ExamRow, PaperRow, RoomRow } from '#protocol/console.ts';
import { capacities, faultsOf, planSittings, type SittingDraft, sittingsBody } from './sittings.ts';

const exam: ExamRow = {
  exam: 'ex_1',
  name: '期末',
  entries: 100,
  candidates: 90,
  subjects: [
    { code: '01', name: '语文', entries: 30, papers: 2 },
    { code: '02', name: '数学', entries: 70, papers: 1 },
  ],
  sessions: 1,
};
const room = (id: string, seats: number) => ({ room: id, name: id, seats }) as RoomRow; // plans do not matter here
const paper = (id: string, subject: string) => ({ paper: id, subject }) as PaperRow; // likewise
const papers = [paper('p1', '01'), paper('p2', '01'), paper('p3', '02')];
const draft = (change: Partial<SittingDraft> = {}): SittingDraft => ({
  key: 'k',
  subject: '01',
  room: 'A',
  papers: { A: 'p1', B: '' },
  minutes: 90,
  ...change,
});

t.test('faults of the table', async (t) => {
  const fault = (...drafts: SittingDraft[]) => [...faultsOf(drafts, ['01', '02']).values()];
  t.same(fault(draft()), []);
  t.same(fault(draft({ papers: { A: '', B: '' } })), ['paper']);
  t.same(fault(draft({ minutes: null })), ['duration']);
  t.same(fault(draft({ minutes: 721 })), ['duration']);
  t.same(fault(draft({ subject: '09' })), ['subject']);
  t.same(fault(draft(), draft({ key: 'l' })), ['double'], 'one subject twice in a room');
  t.same(fault(draft(), draft({ key: 'l', subject: '02' })), [], 'two subjects in a room are fine');
});

t.test('the body leaves out versions without a paper', async (t) => {
  t.same(sittingsBody([draft({ sitting: 'si_1' })]), {
    sittings: [
      {
        sitting: 'si_1',
        subject: '01',
        room: 'A',
        papers: [{ version: 'A', paper: 'p1' }],
        durationMs: 5_400_000,
      },
    ],
  });
});

t.test('a first plan seats everybody where there is room, no room twice', async (t) => {
  let n = 0;
  const plan = planSittings(
    exam,
    [room('S', 30), room('L', 50), room('M', 40)],
    papers,
    ['01', '02'],
    [{ code: '02', durationMs: 9_000_000, papers: [{ version: 'C', paper: 'p9' }] }],
    () => `k${n++}`,
  );
  t.same(
    plan.map(({ subject, room: id }) => `${subject} ${id}`),
    ['02 L', '02 S', '01 M'],
    'the larger subject first; the smallest room that takes the rest',
  );
  t.match(plan[2], { papers: { A: 'p1', B: 'p2' }, minutes: 90 });
  t.match(plan[0], { papers: { C: 'p9' }, minutes: 150 }, 'as headquarters planned');
  t.same(
    capacities(plan, exam, [room('S', 30), room('L', 50), room('M', 40)], ['01', '02']).map(
      ({ entries, seats }) => [entries, seats],
    ),
    [
      [30, 40],
      [70, 80],
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }), (sizes) => {
      const rooms = sizes.map((seats, index) => room(`r${index}`, seats));
      const made = planSittings(exam, rooms, papers, ['01', '02'], [], () => 'k');
      return new Set(made.map(({ room: id }) => id)).size === made.length;
    }),
  );
});
