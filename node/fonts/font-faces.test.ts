import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fontFaces, fontFacesInWorker, subsetFont } from './font-faces.ts';
import { fontPath, MATH_SOURCE, TEXT_SOURCES } from './font-sources.ts';
import { readSfntTable, sfntTables } from './sfnt.ts';
import { woff2 } from './woff2.ts';

/** 2,000 different characters, as a long paper has. */
const PAPER = String.fromCodePoint(...Array.from({ length: 2000 }, (_, index) => 0x4e00 + index * 9));

const decompress = spawnSync('woff2_decompress', []).error === undefined;
const hbShape = spawnSync('hb-shape', ['--version']).status === 0;

t.test('a paper of 2,000 characters is cut small', async (t) => {
  const { bytes, format, missing } = subsetFont(PAPER, 'regular');
  t.same([format, missing], ['woff2', []]);
  t.ok(bytes.length < 600_000, `${bytes.length} bytes`);
  t.ok(bytes.length < subsetFont(PAPER, 'regular', 'main', 'sfnt').bytes.length);
});

t.test('a subset holds what was asked for and nothing else', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'cut.otf');
  const regular = subsetFont('考试', 'regular', 'main', 'sfnt');
  t.equal(regular.format, 'opentype');
  writeFileSync(file, regular.bytes);
  const cmap = Buffer.from(readSfntTable(file, 'cmap'));
  t.ok(cmap.length < 200);
  t.notSame(regular.bytes, subsetFont('考试', 'bold', 'main', 'sfnt').bytes);
  t.same(subsetFont('考试', 'regular', 'main', 'sfnt').bytes, regular.bytes, 'the same every time');
  const short = subsetFont('考', 'regular', 'main', 'sfnt');
  t.ok(short.bytes.length < regular.bytes.length);
  t.same(subsetFont('考𡋾ʃ\n', 'regular').missing, ['𡋾', 'ʃ']);
  t.same(subsetFont('考𡋾', 'bold', 'han').missing, ['考']);
  t.ok(subsetFont('', 'regular').bytes.length > 0);
  t.throws(() => subsetFont(new Set([1.5]), 'regular'), TypeError);
});

t.test(
  'glyphs are drawn as in the whole font',
  { skip: hbShape ? false : 'hb-shape of harfbuzz is not installed' },
  async (t) => {
    const file = join(t.testdir(), 'cut.otf');
    const text = '考“试”，甲乙——x²';
    writeFileSync(file, subsetFont(text, 'regular', 'main', 'sfnt').bytes);
    const shape = (font: string) =>
      execFileSync('hb-shape', ['--no-glyph-names', '--show-extents', '--ned', font, text], {
        encoding: 'utf8',
        // In the C locale it does not read UTF-8.
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      }).replace(/(^|\||\[)\d+/g, '$1');
    t.equal(shape(file), shape(fontPath('main', 'regular')));
  },
);

t.test(
  'woff2 unpacks to the same tables',
  { skip: decompress ? false : 'woff2_decompress is not installed' },
  async (t) => {
    const dir = t.testdir();
    for (const { source } of [...TEXT_SOURCES, MATH_SOURCE]) {
      const plain = subsetFont('考𡋾ʃé⩽𫝋√(', 'regular', source, 'sfnt').bytes;
      writeFileSync(join(dir, `${source}.woff2`), woff2(plain));
      execFileSync('woff2_decompress', [`${source}.woff2`], { cwd: dir });
      const again = readFileSync(join(dir, `${source}.ttf`));
      const content = (font: Uint8Array) =>
        sfntTables(font)
          .map(({ tag, offset, bytes }) => {
            const table = Buffer.from(font.subarray(offset, offset + bytes));
            // The unpacker writes its own checksum of the whole file.
            if (tag === 'head') table.fill(0, 8, 12);
            return [tag, table.toString('base64')];
          })
          .sort(([one], [two]) => ((one ?? '') < (two ?? '') ? -1 : 1));
      t.same(content(again), content(plain), source);
    }
  },
);

t.test('what is no font is refused', async (t) => {
  for (const bad of [
    new Uint8Array(0),
    new Uint8Array(64),
    Buffer.from('wOF2 and so on and so on'),
    Buffer.from('ttcf0000000000000000'),
  ]) {
    t.throws(() => woff2(bad), RangeError);
  }
  const cut = subsetFont('考', 'regular', 'main', 'sfnt').bytes;
  t.throws(() => woff2(cut.subarray(0, cut.length - 100)), RangeError);
});

t.test('a paper gets the fonts that its characters need and no others', async (t) => {
  const families = (request: Parameters<typeof fontFaces>[0]) =>
    fontFaces(request).faces.map(({ family, weight }) => `${family} ${weight}`);
  t.same(families({ text: '考试 100' }), ['Gongyuan Sans 400', 'Gongyuan Sans 700']);
  t.same(families({ text: '考', weights: ['regular'] }), ['Gongyuan Sans 400']);
  t.same(families({ text: '', weights: ['regular'] }), []);
  t.same(families({ text: ' \n\u200b', weights: ['regular'] }), [], 'blanks alone need none');
  t.same(families({ text: '张𡋾 ʃ⩽𫝋', math: 'x', weights: ['regular'] }), [
    'Gongyuan Sans 400',
    'Gongyuan Sans Supplement 400',
    'Gongyuan Latin 400',
    'Gongyuan Symbols 400',
    'Gongyuan Rare Han 400',
    'Gongyuan Math 400',
  ]);
  t.same(
    families({ text: '⩽', weights: ['regular', 'bold'] }),
    ['Gongyuan Symbols 400'],
    'one weight there is, once',
  );
  t.same(families({ text: '⩽', weights: ['bold'] }), ['Gongyuan Symbols 400']);
  t.same(fontFaces({ text: '考😀', math: '\ue000' }).missing, ['😀', '\ue000']);
});

t.test('letters come with the marks upon them', async (t) => {
  const dir = t.testdir();
  const [, latin] = fontFaces({ text: 'ab\u0303考', weights: ['regular'], packedAs: 'sfnt' }).faces;
  t.match(latin, { source: 'latin', format: 'truetype' });
  const file = join(dir, 'latin.ttf');
  writeFileSync(file, latin?.bytes ?? '');
  t.ok(Buffer.from(readSfntTable(file, 'GPOS')).length > 50, 'with the rules that place them');
});

t.test('the formula font comes whole, with what stretches', async (t) => {
  const math = fontFaces({ text: '', math: 'x', packedAs: 'sfnt' }).faces.find(
    (face) => face.source === 'math',
  );
  t.ok(sfntTables(math?.bytes ?? new Uint8Array(12)).some((table) => table.tag === 'MATH'));
});

t.test('a worker thread gives the same, and passes on what went wrong', async (t) => {
  const request = { text: new Set([0x8003, 0x212fe]), weights: ['regular'] } as const;
  t.same(await fontFacesInWorker(request), fontFaces(request));
  await t.rejects(fontFacesInWorker({ text: new Set([-5]) }), TypeError);
});

t.test('no font stays in memory', async (t) => {
  const script = `
    import { subsetFont } from ${JSON.stringify(new URL('./font-faces.ts', import.meta.url).href)};
    for (let round = 0; round < 12; round += 1) { subsetFont('考试', 'regular'); globalThis.gc(); await new Promise((done) => setTimeout(done, 20)); }
    globalThis.gc();
    const { arrayBuffers, external } = process.memoryUsage();
    process.stdout.write(String(Math.max(arrayBuffers, external)));
  `;
  const dir = t.testdir();
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'memory.ts');
  writeFileSync(file, script);
  const left = Number(execFileSync(process.execPath, ['--expose-gc', file], { encoding: 'utf8', env: {} }));
  t.ok(left < 16_000_000, `${left} bytes outside the heap`);
});

t.test('every supplement is small, and comes with its licence', async (t) => {
  for (const { source } of [...TEXT_SOURCES, MATH_SOURCE].filter((entry) => entry.source !== 'main')) {
    for (const weight of ['regular', 'bold'] as const)
      t.ok(statSync(fontPath(source, weight)).size < 3_000_000, source);
  }
  const folder = join(fontPath('han', 'regular'), '..');
  t.match(readFileSync(join(folder, 'OFL.txt'), 'utf8'), /SIL OPEN FONT LICENSE Version 1\.1/);
});
