import type { Canvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import t from 'tap';
import { decode, type Upright } from './decode.ts';
import { fields } from './pictures.testing.ts';
import { layOutBand, letterPx, type StampText, wrap } from './stamp.layout.ts';
import { registerFonts, stamp } from './stamp.ts';
import { stripPhoto } from './strip.ts';

registerFonts();

const text = (people: string[]): StampText => ({
  title: '测试考点（TEST01）· 考场 01',
  tag: '考场全景 Panorama',
  facts: [
    { label: '场次 Session', value: '上午场' },
    { label: '拍摄时间 Taken', value: '2026-11-21 09:30:05 UTC+08:00' },
  ],
  note: '事由 Reason: 秩序正常',
  peopleLabel: '相关考生 Candidates',
  people,
});

const upright = async (width: number, height: number): Promise<Upright> =>
  decode(await stripPhoto(await fields('png', width, height, ['#808080', '#808080', '#808080', '#808080'])));

/** Every letter as wide as it is high, half of it for Latin ones. */
const measure = (part: string, px: number) =>
  [...part].reduce((sum, letter) => sum + (letter.codePointAt(0)! < 0x2e80 ? px / 2 : px), 0);

t.test('the words of a band lie inside it, beside each other, whatever is written', async () => {
  const words = fc.array(fc.constantFrom('张三', '买买提·艾力', 'Anna Müller', '𠮷田', 'x'.repeat(90), ''), {
    maxLength: 100,
  });
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 960, max: 2400 }),
      fc.string({ maxLength: 300 }),
      (people, width, note) => {
        const band = layOutBand({ ...text(people), note }, width, measure);
        const boxes = band.words.map((word) => ({ ...word, to: word.x + measure(word.text, word.px) }));
        const inside = boxes.every(
          ({ x, to, y, px }) => x >= 0 && to <= width && y >= px * 0.9 && y < band.height,
        );
        const apart = boxes.every((a, i) =>
          boxes.slice(i + 1).every((b) => a.y !== b.y || a.to <= b.x + 0.01 || b.to <= a.x + 0.01),
        );
        return inside && apart;
      },
    ),
    { numRuns: 150 },
  );
});

t.test('lines hold every character', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.integer({ min: 30, max: 300 }),
      (line, width) => {
        const bare = (of: string) => of.replace(/\s/g, '');
        return bare(wrap(line, width, (part) => measure(part, 20)).join('')) === bare(line);
      },
    ),
  );
});

/** How much of a canvas shows the grey of the test's picture. */
function grey(canvas: Canvas): number {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] === 128 && data[i + 1] === 128) count += 1;
  return count / (canvas.width * canvas.height);
}

t.test('no side is longer than it may be, and letters can be read on paper', async (t) => {
  const crowd = Array.from({ length: 100 }, (_, i) => `座位 ${i + 1} 买买提·艾力江·吐尔逊`);
  for (const [width, height] of [
    [4000, 3000],
    [3000, 4000],
    [640, 480],
    [6000, 400],
    [300, 4000],
  ] as const)
    for (const people of [[], crowd]) {
      const note = people.length > 0 ? `事由：${'情况说明'.repeat(75)}` : '';
      const canvas = stamp(await upright(width, height), { ...text(people), note }, [], 2400);
      t.ok(
        canvas.width <= 2400 && canvas.height <= 2400,
        `${width} × ${height}: ${canvas.width} × ${canvas.height}`,
      );
      // Printed on the text width of an A4 page, 170 mm.
      const points = (letterPx(canvas.width) / canvas.width) * 170 * (72 / 25.4);
      t.ok(points >= 7, `${points.toFixed(1)} points`);
      if (width === 4000) t.ok(grey(canvas) > (people.length === 0 ? 0.7 : 0.3), 'most of it is the picture');
    }
});

t.test('rings stand where the candidates are, names below, rare characters too', async (t) => {
  const picture = await upright(2400, 1200);
  const people = ['座位 03 张三', '座位 07 𠮷田'];
  const canvas = stamp(picture, text(people), [{ number: 2, x: 250, y: 500 }], 2400);
  const context = canvas.getContext('2d');
  const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
  t.same(at(600, 600), [128, 128, 128], 'the middle of a ring is the picture');
  const radius = Math.round(2400 * 0.028);
  t.same(at(600 - radius, 600), [0xc4, 0, 0x18], 'its line is red');
  t.same(at(1800, 600), [128, 128, 128], 'and nothing stands elsewhere');
  const band = context.getImageData(0, 1210, 2400, canvas.height - 1210).data;
  const dark = band.filter((value, i) => i % 4 === 0 && value < 80).length;
  t.ok(dark > 5_000, 'words are drawn');

  // A character that no font has is drawn as an empty box; each of these has a form of its own.
  const drawn = async (name: string) => {
    const one = stamp(picture, text([name]), [], 2400);
    return Buffer.from(one.getContext('2d').getImageData(0, 1210, 2400, one.height - 1210).data).toString(
      'base64',
    );
  };
  const forms = new Set(await Promise.all(['𠮷', '𡋾', '𠀾', '䶮', '\u{2fffd}'].map(drawn)));
  t.equal(forms.size, 5, 'rare characters are drawn, each as itself');
});
