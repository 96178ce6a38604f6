import t from 'tap';
import type { ExamRow, RoomRow, SessionDetail } from '#protocol/console.ts';
import { pathOf } from './path.ts';

const exam: ExamRow = {
  exam: 'ex_1',
  name: '期末',
  entries: 10,
  candidates: 8,
  subjects: [{ code: '01', name: '语文', entries: 10, papers: 1 }],
  sessions: 0,
};
const room = { room: 'rm_1', seats: 30 } as RoomRow; // the path counts rooms and seats only
const session = (change: Partial<SessionDetail> = {}): SessionDetail =>
  ({
    session: 'se_1',
    candidates: 10,
    seated: 10,
    sittings: [{}],
    steps: [],
    ...change,
  }) as SessionDetail; // likewise

t.test('an empty site begins with the exam, then goes on in order', async (t) => {
  const next = (input: Partial<Parameters<typeof pathOf>[0]>) =>
    pathOf({ exam: null, rooms: [], session: null, machines: null, ...input }).next;
  t.equal(next({}), 'exam');
  t.equal(next({ exam: { ...exam, entries: 0, subjects: [] } }), 'roster');
  t.equal(next({ exam: { ...exam, subjects: [{ code: '01', name: '', entries: 1, papers: 0 }] } }), 'papers');
  t.equal(next({ exam }), 'rooms');
  t.equal(next({ exam, rooms: [room] }), 'sittings');
  t.equal(next({ exam, rooms: [room], session: session({ seated: 0 }) }), 'seating');
  t.equal(next({ exam, rooms: [room], session: session() }), 'machines');
});

t.test('where the box judges, its judgement and its words count', async (t) => {
  const path = pathOf({
    exam,
    rooms: [room],
    session: session({
      steps: [
        { key: 'machines', state: 'warning', zh: '缺 2 台', en: '2 missing' },
        { key: 'seating', state: 'done', zh: '好', en: 'ok' },
        { key: 'staff', state: 'todo', zh: '没有主考', en: 'no chief' },
      ],
    }),
    machines: null,
  });
  t.equal(path.steps.find(({ key }) => key === 'machines')?.state, 'warning');
  t.equal(path.next, 'ready', 'what is beyond the path keeps the last step open');
  t.same(path.steps.at(-1)?.said, { zh: '没有主考', en: 'no chief' });
});

t.test('when nothing is left to do there is no next step; a warning does not block', async (t) => {
  const path = pathOf({
    exam,
    rooms: [room],
    session: session({ steps: [{ key: 'machines', state: 'warning', zh: '', en: '' }] }),
    machines: null,
  });
  t.equal(path.next, null);
  t.equal(path.steps.at(-1)?.state, 'warning');
});
