import fc from 'fast-check';
import t from 'tap';
import { clockTime, dayAndTime, exactDuration, fromLocalField, toLocalField } from './format.ts';

const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';
const wall = Date.UTC(2026, 5, 7, 6, 5, 9);

t.test('times are those of the site, not of this device', async (t) => {
  t.equal(clockTime(wall, SHANGHAI), '14:05:09');
  t.equal(clockTime(wall, BERLIN), '08:05:09');
  t.equal(dayAndTime(wall, SHANGHAI, 'zh-CN'), '2026-06-07 周日 14:05');
  t.equal(dayAndTime(wall, SHANGHAI, 'en'), 'Sun 7 Jun 2026, 14:05');
  t.equal(clockTime(Date.UTC(2026, 0, 1, 16), SHANGHAI), '00:00:00', 'midnight is 00, not 24');
});

t.test('exact durations say every unit that is not nothing', async (t) => {
  t.equal(exactDuration(130_000, 'zh-CN'), '2 分 10 秒');
  t.equal(exactDuration(130_000, 'en'), '2 min 10 s');
  t.equal(exactDuration(3_600_000, 'en'), '1 h');
  t.equal(exactDuration(0, 'zh-CN'), '0 秒');
  t.equal(exactDuration(-90_000, 'en'), '−1 min 30 s');
});

t.test('what a field shows is what it means, in any zone', async (t) => {
  t.equal(toLocalField(wall, SHANGHAI), '2026-06-07T14:05');
  t.equal(fromLocalField('2026-06-07T14:05', SHANGHAI), Date.UTC(2026, 5, 7, 6, 5));
  t.equal(fromLocalField('2026-06-07T14:05', BERLIN), Date.UTC(2026, 5, 7, 12, 5));
  t.equal(fromLocalField('', SHANGHAI), null);
  t.equal(fromLocalField('tomorrow', SHANGHAI), null);
  const minute = 60_000;
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2021, 0) / minute, max: Date.UTC(2049, 0) / minute }),
      fc.constantFrom(SHANGHAI, 'Asia/Urumqi', 'Asia/Kathmandu', 'UTC', 'America/St_Johns'),
      (at, zone) => {
        const shown = toLocalField(at * minute, zone);
        const meant = fromLocalField(shown, zone);
        // In the hour that the clocks repeat, a field can mean either moment; it shows the same.
        return meant !== null && toLocalField(meant, zone) === shown;
      },
    ),
  );
});

t.test('a time that the clocks skip is the moment after the jump', async (t) => {
  // 29 March 2026, 02:30 does not exist in Berlin.
  const meant = fromLocalField('2026-03-29T02:30', BERLIN);
  t.ok(meant !== null);
  t.match(clockTime(meant ?? 0, BERLIN), /^0[13]:30/);
});
