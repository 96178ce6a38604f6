/** The papers that the demo brings: they must import without an error and show every type of item. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t from 'tap';
import { interactionsOf } from '#domain/papers/walk.ts';
import { compileFiles } from './compile.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', 'scripts', 'demo', 'papers');

function folder(root: string): Map<string, Uint8Array> {
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path), readFileSync(path)]),
  );
}

t.test('both demo papers', async (t) => {
  const types = new Set<string>();
  for (const language of ['zh', 'en']) {
    const { paper, problems, missingGlyphs } = compileFiles(folder(join(ROOT, language)));
    t.same(
      problems.filter(({ code }) => code !== 'scoring/by-hand'),
      [],
      language,
    );
    t.same(missingGlyphs, [], language);
    for (const item of Object.values(paper?.items ?? {}))
      for (const interaction of interactionsOf(item.body)) types.add(interaction.type);
  }
  t.same([...types].sort(), [
    'associate',
    'choice',
    'extended-text',
    'gap-match',
    'graphic-gap-match',
    'hot-text',
    'hotspot',
    'inline-choice',
    'match',
    'media',
    'order',
    'slider',
    'text-entry',
    'upload',
  ]);
});
