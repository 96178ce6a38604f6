/** The oldest browser of the exam rooms, Chrome 109, takes every font that is made, and stretches a formula's signs. */
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { chromium } from 'playwright-core';
import t from 'tap';
import { fontFaces } from './font-faces.ts';

const TEXT = '张𡋾 ɑ̃ʃ x⩽2𫝋';

t.test('Chrome 109 loads and uses the fonts', async (t) => {
  const executablePath = join(t.testdir(), 'chrome-109');
  // Unpacked here: the package itself reuses whatever version another package left under the same fixed path.
  const packed = join(fileURLToPath(import.meta.resolve('chromium-109')), '..', '..', 'bin', 'chromium.br');
  await pipeline(
    createReadStream(packed),
    createBrotliDecompress(),
    createWriteStream(executablePath, { mode: 0o700 }),
  );
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--single-process', '--no-zygote'],
  });
  t.teardown(() => browser.close());
  t.match(browser.version(), /^109\./);

  for (const packedAs of ['woff2', 'sfnt'] as const) {
    const page = await browser.newPage();
    await page.setContent(
      ['2em', '6em']
        .map(
          (height) =>
            `<math style="font: 20px 'Gongyuan Math'"><mrow><mo>{</mo><mspace height="${height}"/></mrow></math>`,
        )
        .join(' '),
    );
    const { faces, missing } = fontFaces({ text: TEXT, math: 'a√', packedAs });
    t.same(missing, []);
    const sent = faces.map(({ family, weight, bytes }) => ({
      family,
      weight: String(weight),
      base64: Buffer.from(bytes).toString('base64'),
    }));
    const seen = await page.evaluate(async (fonts) => {
      const statuses: string[] = [];
      for (const { family, weight, base64 } of fonts) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const face = await new FontFace(family, bytes.buffer, { weight }).load();
        document.fonts.add(face);
        statuses.push(`${family} ${weight} ${face.status}`);
      }
      const context = document.createElement('canvas').getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.font = '100px "Gongyuan Rare Han", monospace';
      const rare = context.measureText('𫝋').width;
      await document.fonts.ready;
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      const braces = [...document.querySelectorAll('mo')].map(
        (brace) => brace.getBoundingClientRect().height,
      );
      return { statuses, rare, braces };
    }, sent);
    t.same(
      seen.statuses,
      sent.map(({ family, weight }) => `${family} ${weight} loaded`),
      packedAs,
    );
    t.equal(Math.round(seen.rare), 100, 'a full width, in our font');
    // A brace before three or more equations: six times the letters' size is beyond any single glyph.
    const [low, high] = seen.braces;
    t.ok(low && high && high >= 120 && low < 120, `braces of ${low} and ${high} pixels`);
  }
});
