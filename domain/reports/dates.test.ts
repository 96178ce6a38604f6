import t from 'tap';
import { dateText, dateTimeText, lengthText, secondText, timeText } from './dates.ts';

/** 7 November 2026, 01:05:07 UTC. */
const WALL = Date.UTC(2026, 10, 7, 1, 5, 7);

t.test('dates and times are those of the site', async (t) => {
  t.equal(dateTimeText(WALL, 'Asia/Shanghai', 'zh-CN'), '2026年11月7日 09:05');
  t.equal(dateTimeText(WALL, 'Asia/Shanghai', 'en'), '7 November 2026, 09:05');
  t.equal(dateText(WALL, 'America/New_York', 'en'), '6 November 2026', 'still the day before over there');
  t.equal(timeText(Date.UTC(2026, 10, 6, 16, 0), 'Asia/Shanghai'), '00:00', 'midnight is not 24:00');
  t.equal(secondText(WALL, 'Asia/Urumqi'), '07:05:07');
  t.throws(() => dateText(WALL, 'Mars/Olympus', 'en'), RangeError);
});

t.test('lengths of time', async (t) => {
  t.equal(lengthText(90 * 60_000, 'zh-CN'), '90 分钟');
  t.equal(lengthText(150_000, 'en'), '2 min 30 s');
  t.equal(lengthText(45_000, 'zh-CN'), '45 秒');
});
