import fc from 'fast-check';
import t from 'tap';
import { readExif } from './exif.ts';
import { exifBlock } from './pictures.testing.ts';
import { clockText, momentOf, offsetText } from './zoned-time.ts';

t.test('a camera’s clock is the site’s, unless it says its zone', async (t) => {
  const utc = (text: string) => Date.parse(text);
  t.equal(momentOf('2026-11-21T09:30:05', 'Asia/Shanghai'), utc('2026-11-21T01:30:05Z'));
  t.equal(momentOf('2026-11-21T09:30:05+06:00', 'Asia/Shanghai'), utc('2026-11-21T03:30:05Z'));
  t.equal(momentOf('2026-07-01T12:00:00', 'Europe/Berlin'), utc('2026-07-01T10:00:00Z'));
  t.equal(momentOf('2026-03-29T01:59:59', 'Europe/Berlin'), utc('2026-03-29T00:59:59Z'));
  t.equal(momentOf('2026-03-29T03:00:00', 'Europe/Berlin'), utc('2026-03-29T01:00:00Z'));
  for (const wrong of [
    '0000-00-00T00:00:00',
    '2026-02-30T10:00:00',
    '1980-01-01T00:00:00',
    '2026-13-01T00:00:00',
    'x',
  ])
    t.equal(momentOf(wrong, 'Asia/Shanghai'), null, wrong);
});

t.test('what a clock shows is read back as the same moment', async (t) => {
  const second = fc.integer({ min: 946_684_800, max: 4_000_000_000 }).map((s) => s * 1000);
  fc.assert(
    fc.property(second, fc.constantFrom('Asia/Shanghai', 'Asia/Urumqi', 'America/New_York'), (wall, zone) => {
      const read = momentOf(clockText(wall, zone).replace(' ', 'T'), zone);
      // In the hour that a clock shows twice, the other one is meant.
      return read !== null && clockText(read, zone) === clockText(wall, zone);
    }),
  );
  t.equal(clockText(Date.UTC(2026, 10, 21, 16, 0, 0), 'Asia/Shanghai'), '2026-11-22 00:00:00');
  t.equal(offsetText(Date.UTC(2026, 10, 21), 'Asia/Shanghai'), 'UTC+08:00');
  t.equal(offsetText(Date.UTC(2026, 10, 21), 'America/St_Johns'), 'UTC-03:30');
});

t.test('what a camera writes', async (t) => {
  const of = async (words: Parameters<typeof exifBlock>[0]) => readExif(exifBlock(words));
  t.same(await of({ orientation: 8, taken: '2026:11:21 09:30:05' }), {
    orientation: 8,
    taken: '2026-11-21T09:30:05',
  });
  t.same(await of({ taken: '2026:11:21 09:30:05', offset: '+08:00' }), {
    orientation: 1,
    taken: '2026-11-21T09:30:05+08:00',
  });
  t.same(await of({ orientation: 9, taken: '    :  :     :  :  ' }), { orientation: 1, taken: null });
  t.same(await readExif(null), { orientation: 1, taken: null });
  t.same(await readExif(Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1')), { orientation: 1, taken: null });
  t.same(await readExif(exifBlock({ taken: '2026:11:21 09:30:05' }).subarray(0, 20)), {
    orientation: 1,
    taken: null,
  });
});
