import t from 'tap';
import type { MapSeat, SessionMap, SittingRow } from '#protocol/console.ts';
import { attemptsTarget, countsOf, leftMs } from './targets.ts';

t.test('time left runs while the sitting runs, and stands still while it is paused', async (t) => {
  const left = (state: SittingRow['state'], endsAt: number | null, elapsed: number | null) =>
    leftMs({ state, endsAt }, elapsed, 1_000);
  t.equal(left('running', 10_000, 4_000), 6_000);
  t.equal(left('running', 10_000, null), 9_000, 'from the map where no time is known yet');
  t.equal(left('paused', 10_000, 4_000), 9_000, 'its end moves on with the clock');
  t.equal(left('running', 10_000, 99_000), 0);
  t.equal(left('planned', null, 4_000), null);
  t.equal(left('ended', 10_000, 4_000), null);
});

t.test('a sitting counts its own subject in a room of several', async (t) => {
  const seat = (subject: string, sign: MapSeat['sign'], entry: string | null = 'en') =>
    ({ room: 'A', subject, sign, entry }) as MapSeat; // what is counted
  const map = {
    rooms: [
      {
        room: 'A',
        seats: [
          seat('01', 'writing'),
          seat('01', 'offline'),
          seat('02', 'writing'),
          seat('01', 'absent'),
          seat('', 'empty', null),
        ],
      },
    ],
  } as unknown as SessionMap; // the rest of the map does not matter here
  const counts = countsOf(map, { room: 'A', subject: '01', seated: 3 } as SittingRow);
  t.same([counts.seated, counts.writing, counts.missing, counts.trouble], [3, 2, 1, 1]);
});

t.test('only seats with an attempt can be addressed', async (t) => {
  const seats = [{ attempt: 'at_1' }, { attempt: null }] as MapSeat[]; // what the target looks at
  t.same(attemptsTarget(seats, 'they'), { scopes: [{ attempt: 'at_1' }], who: 'they', people: 1 });
});
