import fc from 'fast-check';
import t from 'tap';
import { numberSeats, validatePlan } from '#domain/seating/floor-plan.numbering.ts';
import { anyPlan, drawn } from '#domain/seating/plan.fixture.ts';
import { entry, REQUEST, room, session } from './facts.fixture.ts';
import { type ChartRoom, seatingChart } from './seating-chart.ts';

/** The chart as text: the seat's number, `|` aisle, `.` missing. */
function picture(chart: ChartRoom): string[] {
  const signs = chart.cells.map(({ kind, seat }) => (seat !== '' ? seat : kind === 'aisle' ? ' |' : ' .'));
  return Array.from({ length: chart.rows }, (_, row) =>
    signs.slice(row * chart.columns, (row + 1) * chart.columns).join(' '),
  );
}

function chartOf(rows: string[], change: Parameters<typeof drawn>[1], view?: 'lectern' | 'door'): ChartRoom {
  const [chart] = seatingChart(session([room({ plan: drawn(rows, change) })]), REQUEST, 'zh-CN', view).rooms;
  if (!chart) throw new Error('no chart');
  return chart;
}

t.test('seen from the lectern: it is at the lower edge, and the first rank next to it', async (t) => {
  const chart = chartOf(['s|s', 'sxp'], { door: { row: 1, column: 0 } });
  // As drawn on the screen, lectern at the top: 01 | 02 over 03 04 05. Seen from the lectern everything is turned round.
  t.same(picture(chart), ['05 04 03', '02  | 01']);
  t.same(chart.lectern, { side: 'bottom', words: '讲台' });
  t.same(chart.door, { side: 'right', row: 0, column: 2, words: '门' });
  t.equal(chart.viewWords, '从讲台看');
  t.equal(chart.counts, '考生 2 人 · 空座 1 · 备用 1 · 停用 1');
});

t.test('seen from the door: the wall with the door is at the lower edge', async (t) => {
  const chart = chartOf(['s|s', 'sxp'], { door: { row: 1, column: 0 } }, 'door');
  // The door is in the left wall, at the back: who comes in has the lectern on the left hand.
  t.same(picture(chart), ['02 05', ' | 04', '01 03']);
  t.same(chart.door, { side: 'bottom', row: 2, column: 1, words: '门' });
  t.equal(chart.lectern.side, 'left');
  t.equal(chart.viewWords, '从门口看');
});

t.test('a room whose door nobody entered is seen from the lectern', async (t) => {
  const chart = chartOf(['ss'], { door: null }, 'door');
  t.equal(chart.door, null);
  t.equal(chart.viewWords, '从讲台看');
});

t.test('the way the plan was drawn on the screen does not matter', async (t) => {
  const upright = chartOf(['s|s', 'sss'], {});
  const lying = chartOf(['ss', '|s', 'ss'], {
    front: 'left',
    numbering: { scheme: 'row', start: 1, width: 2 },
  });
  t.same(lying.cells.length, upright.cells.length);
  t.same(
    [lying.rows, lying.columns],
    [upright.rows, upright.columns],
    'the lectern decides what is in front',
  );
  t.equal(lying.lectern.side, 'bottom');
});

t.test('names are on their seats; free, spare and broken seats say so', async (t) => {
  const chart = chartOf(['s|s', 'sxp'], {});
  const cell = (seat: string) => chart.cells.find((one) => one.seat === seat);
  t.same(cell('01'), { kind: 'seat', seat: '01', names: ['马浩敏'], note: '' });
  t.same(cell('03'), { kind: 'seat', seat: '03', names: [], note: '空' });
  t.same(cell('04'), { kind: 'broken', seat: '04', names: [], note: '停用' });
  t.same(cell('05'), { kind: 'spare', seat: '05', names: [], note: '备用' });
});

t.test('where a room holds several subjects, each seat has its own', async (t) => {
  const [sitting] = room().sittings;
  const sittings = [sitting!, { ...sitting!, sitting: 'sitting-2', subject: '0102', subjectName: '数学' }];
  const entries = [
    entry(1, '马浩敏', '01'),
    entry(2, '赵涛', '02', { subject: '0102', subjectName: '数学' }),
  ];
  const [chart] = seatingChart(session([room({ sittings, entries })]), REQUEST, 'zh-CN').rooms;
  t.same(
    chart?.cells.filter(({ names }) => names.length > 0).map(({ names, note }) => [names[0], note]),
    [
      ['赵涛', '数学'],
      ['马浩敏', '语文'],
    ],
  );
});

t.test('whatever the plan and the view, every seat and every name is there once', async () => {
  const plans = anyPlan.filter((plan) => validatePlan(plan).length === 0);
  fc.assert(
    fc.property(plans, fc.constantFrom('lectern' as const, 'door' as const), (plan, view) => {
      const seats = numberSeats(plan);
      const entries = seats
        .filter(({ usable }) => usable)
        .map(({ label }, index) => entry(index, `考生${label}`, label));
      const [chart] = seatingChart(session([room({ plan, entries })]), REQUEST, 'en', view).rooms;
      const found = chart?.cells.filter(({ seat }) => seat !== '') ?? [];
      return (
        found
          .map(({ seat }) => seat)
          .sort()
          .join() ===
          seats
            .map(({ label }) => label)
            .sort()
            .join() &&
        found.flatMap(({ names }) => names).length === entries.length &&
        chart?.cells.length === plan.cells.length &&
        (view === 'lectern' || chart?.door?.side === 'bottom')
      );
    }),
  );
});
