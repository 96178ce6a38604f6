/**
 * Real packages of other makers. They are not ours to copy, so they are read where they lie, beside the project, and
 * the test says so when they are not there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t from 'tap';
import { interactionsOf } from '#domain/papers/walk.ts';
import { type CompiledPaper, compileFiles, compilePaper } from './compile.ts';
import { told } from './package.testing.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'qti');
const skip = existsSync(ROOT) ? false : `no sample packages at ${ROOT}`;

function fixture(name: string): Uint8Array {
  return readFileSync(join(ROOT, 'kennisnet-php-qti3', 'fixtures', `${name}.zip`));
}

function folder(name: string): Map<string, Uint8Array> {
  const root = join(ROOT, 'pie-qti', name);
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path), readFileSync(path)]),
  );
}

/** Number of items, of each kind of interaction, of media; and each problem. */
function summary({ paper, problems }: CompiledPaper) {
  const kinds: Record<string, number> = {};
  for (const item of Object.values(paper?.items ?? {}))
    for (const { type } of interactionsOf(item.body)) kinds[type] = (kinds[type] ?? 0) + 1;
  return { items: Object.keys(paper?.items ?? {}).length, kinds, problems: told(problems) };
}

function counted(problems: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const problem of problems) {
    const code = problem.slice(0, problem.indexOf(' '));
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

t.test('valid package: 47 items on plants', { skip }, async (t) => {
  const compiled = await compilePaper(fixture('valid-package'));
  const { items, kinds, problems } = summary(compiled);
  t.equal(items, 47);
  t.same(kinds, { choice: 30, 'extended-text': 15 });
  t.equal(Object.keys(compiled.paper!.media).length, 24);
  t.same(compiled.missingGlyphs, []);
  t.equal(Object.keys(compiled.keys!.items).length, 47);
  t.same(counted(problems), {
    'test/linear': 1,
    'scoring/by-hand': 15,
    'item/no-interaction': 2,
    'item/unused-response': 1,
  });
  t.ok(problems.includes('item/no-interaction QUE_37_1.xml:23 QUE_37_1'));
  t.ok(problems.includes('item/no-interaction QUE_38_1.xml:15 QUE_38_1'));
  t.equal(compiled.paper!.items.QUE_1_1!.points, 1);
  t.same(compiled.keys!.items.QUE_1_1!.responses.RESPONSE!.correct, ['choice1']);
  // Modal feedback tells the right answer; the model answers are for markers.
  const text = JSON.stringify(compiled.paper);
  t.notMatch(text, 'Het juiste antwoord');
  t.notMatch(text, 'semipermeabele membraan');
});

t.test('no metadata: 46 items with tables, weights and a large style sheet', { skip }, async (t) => {
  const compiled = await compilePaper(fixture('no-metadata'));
  const { items, kinds, problems } = summary(compiled);
  t.equal(items, 46);
  t.same(kinds, { choice: 12, 'extended-text': 18 });
  t.equal(Object.keys(compiled.paper!.media).length, 30);
  t.equal(compiled.paper!.language, 'nl-NL');
  t.same(counted(problems), {
    'test/keep-together': 1,
    'style/dropped': 3,
    'item/no-interaction': 16,
    'scoring/by-hand': 18,
  });
  t.equal(compiled.paper!.items['ITM-32m5ac']!.points, 2);
  t.same(compiled.keys!.items['ITM-32m5ac']!.weights, { WEIGHT: 1 });
  t.match(compiled.keys!.items['ITM-32m5ac']!.markerNotes[0], /gebruik van de formule/);
  t.notMatch(JSON.stringify(compiled.paper), /gebruik van de formule/);
  t.match(
    compiled.paper!.styles,
    '.q-cito_genclass_nsk1-gt-23-1-uit_1 { width: 340px; border-collapse: collapse }',
  );
  t.notMatch(compiled.paper!.styles, /ui-menu-item|position/);
});

t.test('no response processing: one match item that nobody scores', { skip }, async (t) => {
  const compiled = await compilePaper(fixture('no-response-processing'));
  t.same(summary(compiled), {
    items: 1,
    kinds: { match: 1 },
    problems: ['test/linear AssessmentTest.xml:18', 'scoring/absent QUE_1_1.xml:94 QUE_1_1'],
  });
  t.equal(
    compiled.keys!.items.QUE_1_1!.responses.RESPONSE!.mapping!.entries.length,
    7,
    'kept for scoring later',
  );
});

t.test('invalid response processing: refused, every item named', { skip }, async (t) => {
  const compiled = await compilePaper(fixture('invalid-response-processing'));
  t.equal(compiled.paper, undefined);
  const essays = [
    '1_1',
    '1_2',
    '3_1',
    '3_2',
    '3_3',
    '3_4',
    '8_4',
    '14_1',
    '14_2',
    '16_1',
    '16_2',
    '16_3',
    '16_4',
  ];
  t.same(told(compiled.problems.filter((problem) => problem.severity === 'error')), [
    // Essays compared with a correct response that is not given: everybody would get nothing.
    ...essays.map((name) => `scoring/no-correct QUE_${name}.xml:37 QUE_${name}`),
    // A single response with two correct values.
    'scoring/correct-count QUE_16_5.xml:3 QUE_16_5',
  ]);
});

t.test('items without a maximum: refused for an interaction that is not carried out', { skip }, async (t) => {
  const compiled = await compilePaper(fixture('no-max-score-all-items'));
  t.equal(compiled.paper, undefined);
  t.same(told(compiled.problems), [
    'test/linear AssessmentTest.xml:18',
    'scoring/by-hand QUE_2_2.xml:2 QUE_2_2',
    'item/interaction-unsupported QUE_3_1.xml:16 QUE_3_1',
    'item/no-interaction QUE_5_1.xml:3 QUE_5_1',
  ]);
});

const SOUND: Record<string, { items: number; kinds: Record<string, number>; problems: string[] }> = {
  'assessment-test': { items: 4, kinds: { choice: 3, 'text-entry': 1 }, problems: [] },
  'basic-interactions': {
    items: 5,
    kinds: { choice: 2, 'text-entry': 1, 'inline-choice': 1, match: 1 },
    problems: [],
  },
  'interactive-interactions': {
    items: 4,
    kinds: { 'inline-choice': 1, match: 1, associate: 1, 'gap-match': 1 },
    problems: [],
  },
  'math-assessment': { items: 4, kinds: { choice: 2, 'text-entry': 1, order: 1 }, problems: [] },
  'with-passages': {
    items: 2,
    kinds: { choice: 1, 'extended-text': 1 },
    problems: [
      'item/unknown-element choice-with-stimulus.xml:13 choice-with-stimulus',
      'scoring/absent choice-with-stimulus.xml:2 choice-with-stimulus',
      'scoring/by-hand extended-response-with-rubric.xml:2 extended-response-with-rubric',
    ],
  },
};

for (const [name, expected] of Object.entries(SOUND))
  t.test(`QTI 2.2: ${name}`, { skip }, async (t) => {
    const compiled = compileFiles(folder(name));
    t.same(summary(compiled), expected);
    t.notMatch(JSON.stringify(compiled.paper), /Scoring Guide|Comprehensive explanation/);
  });

t.test('QTI 2.2 items whose pictures are not there: each picture is named', { skip }, async (t) => {
  const graphic = compileFiles(folder('graphic-interactions'));
  t.equal(graphic.paper, undefined);
  t.same(told(graphic.problems), [
    'media/missing hotspot.xml:17 hotspot',
    'media/missing graphic_gap_match.xml:25 graphicGapfill',
    ...[27, 30, 33, 36, 39, 42].map((line) => `media/missing graphic_gap_match.xml:${line} graphicGapfill`),
  ]);
  t.same(
    graphic.problems.map((problem) => problem.detail),
    ['ukair', 'ukairtags', 'CBG', 'EBG', 'EDI', 'GLA', 'MAN', 'MCH'].map((file) => `images/${file}.png`),
  );
  t.same(told(compileFiles(folder('text-interactions')).problems), [
    'media/missing extended_text.xml:12 extendedText',
    'scoring/by-hand extended_text.xml:3 extendedText',
  ]);
});

t.test('with its pictures the graphic package is sound', { skip }, async (t) => {
  const files = folder('graphic-interactions');
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  for (const name of ['ukair', 'ukairtags', 'CBG', 'EBG', 'EDI', 'GLA', 'MAN', 'MCH'])
    files.set(`images/${name}.png`, png);
  const compiled = compileFiles(files);
  t.same(summary(compiled), { items: 2, kinds: { hotspot: 1, 'graphic-gap-match': 1 }, problems: [] });
});
