import { Buffer } from 'node:buffer';
import t from 'tap';
import { PAPER_FAULTS, type PaperProblem } from '#domain/papers/faults.ts';
import type { PaperKeys } from '#domain/papers/keys.ts';
import { interactionsOf, nodeListsOf } from '#domain/papers/walk.ts';
import { type CompiledPaper, compileFiles, compilePaper } from '#node/papers/compile.ts';
import type { Interaction, InteractionType, Paper, PaperNode, PaperSection } from '#protocol/paper.ts';
import { DEMO_PAPERS, type DemoPaper, readPaper, zipPaper } from './read-paper.ts';

/** A record, so that the type checker asks for a new kind of interaction here as soon as the contract has one. */
const EVERY_TYPE: Record<InteractionType, true> = {
  choice: true,
  'text-entry': true,
  'extended-text': true,
  'inline-choice': true,
  order: true,
  match: true,
  associate: true,
  'gap-match': true,
  'hot-text': true,
  hotspot: true,
  'graphic-gap-match': true,
  slider: true,
  upload: true,
  media: true,
};

const EXPECTED: Record<DemoPaper, { types: string[]; byHand: string[]; drawnPoints: number; items: number }> =
  {
    zh: {
      types: Object.keys(EVERY_TYPE).filter((type) => type !== 'associate' && type !== 'graphic-gap-match'),
      byHand: ['zh-09', 'zh-21', 'zh-22'],
      drawnPoints: 100,
      items: 22,
    },
    en: {
      types: Object.keys(EVERY_TYPE),
      byHand: ['en-10', 'en-19', 'en-20', 'en-21'],
      drawnPoints: 100,
      items: 21,
    },
  };

/** Both papers together, as they weigh in the repository. */
const MOST_BYTES = 2.5 * 1024 * 1024;

function whole(compiled: CompiledPaper): CompiledPaper & { paper: Paper; keys: PaperKeys; text: Uint8Array } {
  const { paper, keys, text } = compiled;
  if (paper === undefined || keys === undefined || text === undefined)
    throw new Error(compiled.problems.map((problem) => `${problem.file}: ${problem.code}`).join(', '));
  return { ...compiled, paper, keys, text };
}

const compiled = Object.fromEntries(DEMO_PAPERS.map((name) => [name, whole(compileFiles(readPaper(name)))]));

function said(problem: PaperProblem): string {
  const { zh, doZh } = PAPER_FAULTS[problem.code];
  return `${problem.file}:${problem.line ?? ''} ${problem.code} ${zh} ${doZh} ${problem.detail}`;
}

function sectionsOf(sections: readonly PaperSection[]): PaperSection[] {
  return sections.flatMap((section) => [
    section,
    ...sectionsOf(section.children.filter((child): child is PaperSection => 'children' in child)),
  ]);
}

function allInteractions(paper: Paper): Interaction[] {
  return Object.values(paper.items).flatMap((item) => [...interactionsOf(item.body)]);
}

/** Points of what one candidate gets. Children of a section that draws are worth the same, so any will do. */
function drawnPoints(paper: Paper, section: PaperSection): number {
  return section.children
    .slice(0, section.select ?? section.children.length)
    .map((child) =>
      'item' in child ? (paper.items[child.item]?.points ?? Number.NaN) : drawnPoints(paper, child),
    )
    .reduce((sum, points) => sum + points, 0);
}

function words(nodes: readonly PaperNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      if ('i' in node) return nodeListsOf(node.i).map(words).join('\n');
      return 'g' in node ? '' : words(node.c ?? []);
    })
    .join('');
}

/** All that a candidate can read. */
function visibleText(paper: Paper): string {
  return [
    paper.title,
    ...sectionsOf(paper.sections).flatMap((section) => [section.title, words(section.rubric ?? [])]),
    ...Object.values(paper.items).flatMap((item) => [item.title, words(item.body)]),
    ...Object.values(paper.stimuli).flatMap((stimulus) => [stimulus.title, words(stimulus.body)]),
  ].join('\n');
}

/** The package as it would be if its author had given no answers and no marking guides. */
function withoutKeys(files: ReadonlyMap<string, Uint8Array>): {
  files: Map<string, Uint8Array>;
  removed: number;
} {
  let removed = 0;
  const parts = [
    /<qti-correct-response>[\s\S]*?<\/qti-correct-response>/g,
    /<qti-mapping[\s>][\s\S]*?<\/qti-mapping>/g,
    /<qti-response-processing(?:[^>]*\/>|[\s\S]*?<\/qti-response-processing>)/g,
    /<qti-rubric-block view="scorer"[\s\S]*?<\/qti-rubric-block>/g,
  ];
  const stripped = [...files].map(([path, bytes]): [string, Uint8Array] => {
    if (!path.startsWith('items/')) return [path, bytes];
    let text = Buffer.from(bytes).toString('utf8');
    for (const part of parts)
      text = text.replace(part, () => {
        removed++;
        return '';
      });
    return [path, Buffer.from(text, 'utf8')];
  });
  return { files: new Map(stripped), removed };
}

for (const name of DEMO_PAPERS) {
  const { paper, keys, problems, missingGlyphs } = compiled[name]!;
  const expected = EXPECTED[name];

  t.test(`${name}: is imported without a fault`, async (t) => {
    // Essays and uploads are marked by people; nothing else needs a look.
    const others = problems.filter((problem) => problem.code !== 'scoring/by-hand');
    t.same(others.map(said), []);
    t.same(problems.map((problem) => problem.item).sort(), expected.byHand);
    t.same(missingGlyphs, [], 'the fonts have every character');
    t.equal(Object.keys(paper.items).length, expected.items);
  });

  t.test(`${name}: has its kinds of interaction`, async (t) => {
    const types = new Set(allInteractions(paper).map((interaction) => interaction.type));
    t.same([...types].sort(), [...expected.types].sort());
  });

  t.test(`${name}: what a candidate gets is worth 100 points`, async (t) => {
    const points = paper.sections.map((section) => drawnPoints(paper, section));
    t.equal(
      points.reduce((sum, part) => sum + part, 0),
      expected.drawnPoints,
    );
    // The instructions tell the points of each part; they must be right.
    paper.sections.forEach((section, at) => {
      const rubric = words(section.rubric ?? []);
      t.equal(Number(/(\d+) (?:分|marks)/.exec(rubric)?.[1]), points[at], rubric);
    });
  });

  t.test(`${name}: draws that leave something out are fair`, async (t) => {
    for (const section of sectionsOf(paper.sections)) {
      if (section.select === undefined) continue;
      const points = section.children.map((child) =>
        'item' in child ? paper.items[child.item]?.points : undefined,
      );
      t.equal(new Set(points).size, 1, `${section.id}: all choices are worth the same`);
    }
  });

  t.test(`${name}: answers stay out of the paper, its media and its fonts`, async (t) => {
    const stripped = withoutKeys(readPaper(name));
    t.ok(stripped.removed > 30, 'there were answers to remove');
    const bare = whole(compileFiles(stripped.files));
    t.equal(Buffer.from(bare.text).toString(), Buffer.from(compiled[name]!.text).toString());
    t.same([...bare.files.keys()], [...compiled[name]!.files.keys()]);
    for (const [file, part] of bare.files)
      t.ok(Buffer.from(part.bytes).equals(compiled[name]!.files.get(file)!.bytes), `${file} is the same`);
  });

  t.test(`${name}: answers are all in the keys`, async (t) => {
    for (const [id, item] of Object.entries(paper.items)) {
      const own = keys.items[id]!;
      if (expected.byHand.includes(id)) {
        t.same(own.processing, undefined, `${id} is marked by hand`);
        t.not(own.markerNotes.join(''), '', `${id} tells markers how`);
        continue;
      }
      t.ok(own.processing !== undefined, `${id} is scored by rules`);
      for (const interaction of interactionsOf(item.body))
        if (interaction.type !== 'media')
          t.ok(
            own.responses[interaction.response]?.correct,
            `${id} ${interaction.response} has a correct response`,
          );
    }
  });

  t.test(`${name}: nothing readable gives an answer away`, async (t) => {
    const readable = visibleText(paper);
    for (const [id, item] of Object.entries(paper.items)) {
      for (const note of keys.items[id]!.markerNotes)
        t.notOk(readable.includes(note), `${id}: marking guide`);
      for (const interaction of interactionsOf(item.body)) {
        if (interaction.type !== 'text-entry') continue;
        for (const answer of keys.items[id]!.responses[interaction.response]?.correct ?? []) {
          // One figure or one character of a poem is bound to occur somewhere.
          if (answer.length < 2) continue;
          const alone = new RegExp(`(?<![\\d.])${answer.replace('.', '\\.')}(?![\\d.])`);
          t.notMatch(readable, alone, `${id}: "${answer}"`);
        }
      }
    }
  });

  t.test(`${name}: correct order is not the order in the file`, async (t) => {
    for (const [id, item] of Object.entries(paper.items))
      for (const interaction of interactionsOf(item.body)) {
        if (interaction.type !== 'order') continue;
        const written = interaction.choices.map((choice) => choice.id);
        t.ok(interaction.shuffle);
        t.notSame(keys.items[id]!.responses[interaction.response]?.correct, written);
      }
  });

  t.test(`${name}: listening and starter material are in the package`, async (t) => {
    const interactions = allInteractions(paper);
    const listening = interactions.filter((interaction) => interaction.type === 'media');
    t.equal(listening.length, 1);
    for (const interaction of listening) {
      t.equal(interaction.maxPlays, 2);
      const medium = paper.media[interaction.media]!;
      t.match(medium, { kind: 'audio', type: 'audio/ogg' });
      t.ok(medium.bytes < 300_000);
    }
    const uploads = interactions.filter((interaction) => interaction.type === 'upload');
    const starter = uploads.flatMap((interaction) => interaction.starter).map((id) => paper.media[id]!);
    t.same(
      starter.map((medium) => medium.type),
      ['text/csv', 'text/plain'],
    );
  });

  t.test(`${name}: the manifest lists every file and no other`, async (t) => {
    const files = readPaper(name);
    const manifest = Buffer.from(files.get('imsmanifest.xml')!).toString('utf8');
    const listed = [...manifest.matchAll(/<file href="([^"]+)"/g)].map((found) => found[1]!);
    t.equal(new Set(listed).size, listed.length, 'each once');
    t.same([...listed, 'imsmanifest.xml'].sort(), [...files.keys()].sort());
  });

  t.test(`${name}: zipped, it is the same paper`, async (t) => {
    const zipped = whole(await compilePaper(await zipPaper(name)));
    t.ok(Buffer.from(zipped.text).equals(compiled[name]!.text));
    t.ok((await zipPaper(name)).equals(await zipPaper(name)), 'and the ZIP is the same each time');
  });
}

t.test('zh: shows rare characters, ruby, vertical verse and formulas', async (t) => {
  const { paper } = compiled.zh!;
  const readable = visibleText(paper);
  for (const character of '𠅤𡋾㬎𬭛䶮𠮷犇羴猋骉') t.ok(readable.includes(character), character);
  const content = JSON.stringify([paper.items, paper.stimuli]);
  for (const element of ['ruby', 'rt', 'table', 'mfrac', 'msqrt', 'munderover', 'mtable', 'munder'])
    t.ok(content.includes(`"e":"${element}"`), element);
  t.match(paper.styles, /\.q-poem \{[^}]*writing-mode: vertical-rl/);
  t.match(paper.styles, /text-emphasis/);
  t.equal(Object.keys(paper.stimuli).length, 2);
});

t.test('zh: "all of the above" stays last when choices are shuffled', async (t) => {
  const choices = allInteractions(compiled.zh!.paper).filter((interaction) => interaction.type === 'choice');
  const withAll = choices.filter((choice) => words(choice.choices.at(-1)?.c ?? []) === '以上都对');
  t.equal(withAll.length, 1);
  t.match(withAll[0], { shuffle: true });
  t.equal(withAll[0]?.choices.at(-1)?.fixed, true);
});

t.test('en: nests sections, shuffles them and draws two of three', async (t) => {
  const sections = sectionsOf(compiled.en!.paper.sections);
  t.ok(sections.length > compiled.en!.paper.sections.length, 'sections in sections');
  t.ok(sections.some((section) => section.shuffle === true));
  t.match(
    sections.find((section) => section.select !== undefined),
    { select: 2, shuffle: true, children: { length: 3 } },
  );
  t.ok(sections.some((section) => section.children.some((child) => 'item' in child && child.fixed === true)));
});

t.test('en: is scored by the standard templates and by rules of its own', async (t) => {
  const { keys } = compiled.en!;
  const used = Object.values(keys.items).map(
    (item) => item.processing?.template ?? (item.processing && 'own'),
  );
  for (const kind of ['match_correct', 'map_response', 'own']) t.ok(used.includes(kind), kind);
});

t.test('both are small enough for the repository', async (t) => {
  const bytes = DEMO_PAPERS.flatMap((name) => [...readPaper(name).values()]).map((file) => file.length);
  t.ok(bytes.reduce((sum, size) => sum + size, 0) < MOST_BYTES);
});
