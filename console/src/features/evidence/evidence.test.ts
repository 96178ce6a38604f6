import * as fc from 'fast-check';
import t from 'tap';
import type { SeatAssignmentRow } from '#protocol/console.ts';
import {
  INCIDENT_REASONS,
  type IncidentRow,
  MATERIAL_WINDOW_MS,
  type PanoramaState,
} from '#protocol/evidence.ts';
import { inOrder, REASON_GROUPS, reasonWord } from './incident-words.ts';
import { type PersonMark, peopleOf, placeIn, withMark } from './marks.ts';
import { materialUntil, panoramasDue, peopleIn, roomsOf } from './rooms.ts';

t.test('every reason has its button, once', async (t) => {
  const shown = REASON_GROUPS.flatMap(({ reasons }) => reasons);
  t.same(shown.toSorted(), INCIDENT_REASONS.toSorted());
  t.equal(reasonWord('illness', 'zh-CN'), '突发疾病');
  t.equal(reasonWord('illness', 'en'), 'Illness');
});

t.test('open incidents first, then the newest', async (t) => {
  const incident = (id: string, happenedWall: number, outcome: string | null) =>
    ({ incident: id, happenedWall, outcome }) as IncidentRow; // what the order looks at
  t.same(
    inOrder([
      incident('a', 1, 'x'),
      incident('b', 2, null),
      incident('c', 9, 'x'),
      incident('d', 5, null),
    ]).map(({ incident: id }) => id),
    ['d', 'b', 'c', 'a'],
  );
});

t.test('a panorama is asked for when it is due, and not any more when it was taken', async (t) => {
  const state = (room: string, change: Partial<PanoramaState>): PanoramaState => ({
    room,
    roomName: room,
    dueAt: 1_000,
    taken: 0,
    open: true,
    ...change,
  });
  const due = (elapsed: number | null) =>
    panoramasDue(
      [
        state('due', {}),
        state('later', { dueAt: 2_000 }),
        state('taken', { taken: 1 }),
        state('planned', { dueAt: null }),
        state('closed', { open: false }),
      ],
      elapsed,
    ).map(({ room }) => room);
  t.same(due(999), []);
  t.same(due(1_000), ['due']);
  t.same(due(2_000), ['due', 'later']);
  t.same(due(null), [], 'without the box’s time nothing is due');
});

t.test('rooms once each, people by their seats', async (t) => {
  t.same(
    roomsOf([
      { room: 'b', roomName: 'B' },
      { room: 'a', roomName: 'A' },
      { room: 'b', roomName: 'B' },
    ]),
    [
      { room: 'b', name: 'B' },
      { room: 'a', name: 'A' },
    ],
  );
  const seat = (room: string, label: string) => ({ room, seat: label }) as SeatAssignmentRow; // what the order looks at
  const seats = [seat('a', '10'), seat('b', '1'), seat('a', '9')];
  t.same(
    peopleIn(seats, 'a').map(({ seat: label }) => label),
    ['9', '10'],
  );
  t.equal(peopleIn(seats, null).length, 3);
  t.equal(peopleIn(seats, '').length, 0, 'no room chosen is no room');
});

t.test('material is taken after the last sitting, not after the first', async (t) => {
  t.equal(materialUntil([{ endsAt: 5 }, { endsAt: 9 }]), 9 + MATERIAL_WINDOW_MS);
  t.equal(materialUntil([{ endsAt: 5 }, { endsAt: null }]), null);
  t.equal(materialUntil([]), null);
});

t.test('a place in a picture is in its thousandths, wherever it lies on the screen', async (t) => {
  const box = { left: 100, top: 50, width: 400, height: 200 };
  t.same(placeIn(box, 300, 150, false), { x: 500, y: 500 });
  t.same(placeIn(box, 100, 250, false), { x: 0, y: 1000 });
  t.same(placeIn(box, 0, 0, true), { x: 500, y: 500 }, 'by keyboard: the middle');
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      (x, y) => {
        const place = placeIn(box, x, y, false);
        return [place.x, place.y].every((one) => Number.isInteger(one) && one >= 0 && one <= 1000);
      },
    ),
  );
});

t.test('a person stands in a picture once; who stands nowhere is told without a place', async (t) => {
  const mark = (entry: string, x: number | null): PersonMark => ({ entry, name: entry, seat: '1', x, y: x });
  const marks = withMark(withMark(withMark([], mark('a', 1)), mark('b', null)), mark('a', 7));
  t.same(peopleOf(marks), [{ entry: 'b' }, { entry: 'a', x: 7, y: 7 }]);
});
