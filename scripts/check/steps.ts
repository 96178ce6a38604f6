/** What `npm run check` looks at. Slow ones first, so that they share the cores with the quick ones. */
import type { Step } from './step.ts';

/** Generated code that the type checks need: the texts of the applications, SvelteKit's types of routes. */
export const PREPARE: readonly Step[] = [
  {
    name: 'texts',
    why: 'The screens’ texts compile, in both languages.',
    program: 'web/build/compile-texts.ts',
    args: ['client-web', 'console', 'hq-web'],
  },
  {
    name: 'routes of the console',
    why: 'SvelteKit’s types of pages, which its checks need.',
    program: 'svelte-kit',
    args: ['sync'],
    folder: 'console',
  },
];

const ROOMS = [
  'protocol',
  'domain',
  'node',
  'web',
  'db',
  'server',
  'hq',
  'client-web/src',
  'console/src',
  'hq-web/src',
  'scripts',
  'docs',
];

export const STEPS: readonly Step[] = [
  {
    name: 'types',
    afterPreparation: true,
    why: 'Type stripping runs whatever is written: only this finds a wrong type.',
    program: 'tsc',
    args: [
      '-p',
      'tsconfig.json',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/gongyuan/types.json',
    ],
  },
  {
    name: 'candidate application',
    afterPreparation: true,
    why: 'Types and accessibility inside the kiosk’s components.',
    program: 'svelte-check',
    args: ['--tsconfig', './tsconfig.json', '--output', 'human', '--fail-on-warnings'],
    folder: 'client-web',
  },
  {
    name: 'console',
    afterPreparation: true,
    why: 'Types and accessibility inside the console’s components.',
    program: 'svelte-check',
    args: ['--tsconfig', './tsconfig.json', '--output', 'human', '--fail-on-warnings'],
    folder: 'console',
  },
  {
    name: 'pages of headquarters',
    afterPreparation: true,
    why: 'Types and accessibility inside the components of headquarters’ pages.',
    program: 'svelte-check',
    args: ['--tsconfig', './tsconfig.json', '--output', 'human', '--fail-on-warnings'],
    folder: 'hq-web',
  },
  {
    name: 'import rules',
    why: '.dependency-cruiser.mjs: who may import whom, each rule with its reason.',
    program: 'depcruise',
    args: ['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', '--no-cache', ...ROOMS],
  },
  {
    name: 'pure rules',
    why: 'domain/ compiles without clock, disk, network and browser.',
    program: 'tsc',
    args: ['-p', 'domain/tsconfig.json'],
  },
  {
    name: 'lint and format',
    why: 'One style, and the mistakes that a linter knows.',
    program: 'biome',
    args: ['check', '--error-on-warnings', '--max-diagnostics=50', '.'],
  },
  {
    name: 'documents',
    why: 'docs/errors.md and docs/config.md say what the code says.',
    program: 'scripts/docs/write-docs.ts',
    args: ['--check'],
  },
  {
    name: 'lock file',
    why: 'Packages come from whatever registry the installer uses, each with its hash.',
    program: 'scripts/check/lock-file.ts',
    args: [],
  },
  {
    name: 'leftovers',
    why: 'No unfinished work, no test that runs alone, no print for debugging.',
    program: 'scripts/check/leftovers.ts',
    args: [],
  },
];
