/** docs/dependencies.md: every direct dependency with its reason and licence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PURPOSES, type Purpose } from './dependency-purposes.ts';
import { ALLOWED, lockedPackages } from './licences.ts';
import { code, table } from './markdown.ts';

const ROOT = join(import.meta.dirname, '../..');

const PARTS: readonly { runs: Purpose['runs']; title: string; words: string }[] = [
  {
    runs: 'box',
    title: 'On the box',
    words: 'Installed with the product; some of it also ends up in the pages.',
  },
  { runs: 'pages', title: 'In the pages', words: 'Built into the web applications that the box serves.' },
  { runs: 'work', title: 'For work on it', words: 'Builds, checks and tests; not on a box.' },
];

export function dependenciesDoc(): string {
  const packages = lockedPackages(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const shipped = packages.filter(({ dev }) => !dev);
  const counts = new Map<string, number>();
  for (const { licence } of shipped) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const parts = [
    '# Dependencies',
    'Made by `npm run docs` from package.json, package-lock.json and scripts/docs/dependency-purposes.ts.',
    [
      'Versions are pinned. A package comes in when it saves more than it costs: well kept, few dependencies of its own, no',
      `install script (Node itself excepted, which one brings), and one of these licences: ${[...ALLOWED].join(', ')}.`,
      'Tests hold every package that goes to a box to that list, its dependencies included, and look for copyleft licences of programs (GPL, LGPL, AGPL, SSPL) among the tools.',
    ].join('\n'),
  ];
  for (const { runs, title, words } of PARTS) {
    const names = Object.keys(PURPOSES).filter((name) => PURPOSES[name]?.runs === runs);
    parts.push(
      `## ${title}`,
      words,
      table(
        ['Package', 'Version', 'Licence', 'For'],
        names.map((name) => {
          const found = packages.find(({ path }) => path === `node_modules/${name}`);
          return [code(name), found?.version ?? '', found?.licence ?? '', PURPOSES[name]?.for ?? ''];
        }),
      ),
    );
  }
  parts.push(
    '## Licences of all that is installed on a box',
    table(
      ['Licence', 'Packages'],
      [...counts]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([licence, count]) => [licence, String(count)]),
    ),
    'The characters that the Chinese font lacks come from small fonts kept in node/fonts/supplement/ under the SIL Open Font License (its OFL.txt).',
  );
  return `${parts.join('\n\n')}\n`;
}
