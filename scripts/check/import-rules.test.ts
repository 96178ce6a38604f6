/** The import rules bite: a small house that breaks each of them, and one that keeps them all. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { ROOT } from './step.ts';

const run = promisify(execFile);

interface Tree {
  [name: string]: string | Tree;
}

interface Report {
  summary: { violations: { from: string; to: string; rule: { name: string } }[]; totalCruised: number };
}

/** `rule: from → to` of every violation in a house made of these files. */
async function violations(t: Test, house: Tree): Promise<string[]> {
  const { imports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { imports: object };
  const folder = t.testdir({
    'package.json': JSON.stringify({
      type: 'module',
      imports,
      dependencies: { typebox: '1' },
      // Compiled components import svelte, which is found further up.
      devDependencies: { yazl: '1', svelte: '5' },
    }),
    node_modules: {
      typebox: { 'package.json': '{"name":"typebox","version":"1.0.0","main":"index.js"}', 'index.js': '' },
      yazl: { 'package.json': '{"name":"yazl","version":"1.0.0","main":"index.js"}', 'index.js': '' },
      hidden: { 'package.json': '{"name":"hidden","version":"1.0.0","main":"index.js"}', 'index.js': '' },
    },
    ...house,
  });
  // Violations make the exit status; the report comes either way.
  const { stdout } = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules/.bin/depcruise'),
      ...['--config', join(ROOT, '.dependency-cruiser.mjs'), '--output-type', 'json', '--no-cache'],
      ...Object.keys(house),
    ],
    { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
  ).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as Report;
  t.ok(summary.totalCruised > 2, 'files were looked at');
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`).toSorted();
}

t.test('a house that breaks every rule', async (t) => {
  const found = await violations(t, {
    protocol: {
      'routes.ts': "import { yes } from '#domain/yes.ts';\nexport const route = yes;",
      'shapes.schema.ts': 'export const Shape = 1;',
    },
    domain: {
      'yes.ts': 'export const yes = true;',
      'clock.ts':
        "import { hrtime } from 'node:process';\nimport { Shape } from '#protocol/shapes.schema.ts';\nexport const at = [hrtime(), Shape];",
    },
    node: {
      'disk.ts':
        "import { app } from '#server/app.ts';\nimport 'yazl';\nimport 'hidden';\nimport './gone.ts';\nexport const disk = app;",
    },
    db: { 'open.ts': "import { yes } from '#domain/yes.ts';\nexport const open = yes;" },
    web: {
      'Button.ts': "import { yes } from '#domain/yes.ts';\nimport 'node:fs';\nexport const button = yes;",
    },
    scripts: { 'demo.ts': "import { app } from '#server/app.ts';\nexport const demo = app;" },
    server: {
      'app.ts': 'export const app = 1;',
      platform: {
        'ids.ts': "import { aService } from '#server/a/a.service.ts';\nexport const ids = aService;",
      },
      ledger: { 'ledger.ts': "import { aRepo } from '#server/a/a.repo.ts';\nexport const ledger = aRepo;" },
      a: {
        'a.repo.ts': "import { demo } from '#scripts/demo.ts';\nexport const aRepo = demo;",
        'a.service.ts': "import { aRoutes } from './a.routes.ts';\nexport const aService = () => aRoutes;",
        'a.routes.ts':
          "import { aService } from './a.service.ts';\nimport { app } from '../app.ts';\nexport const aRoutes = () => [aService, app];",
        'a.testing.ts': 'export const sample = 1;',
      },
      b: {
        'b.service.ts':
          "import { aRepo } from '#server/a/a.repo.ts';\nimport { sample } from '#server/a/a.testing.ts';\nexport const b = [aRepo, sample];",
        'b.repo.ts': "import { b } from './b.service.ts';\nexport const bRepo = b;",
      },
    },
    'client-web': {
      src: {
        'App.svelte':
          "<script lang=\"ts\">\nimport { app } from '#server/app.ts';\nimport { Shape } from '#protocol/shapes.schema.ts';\n</script>\n<p>{app}{Shape}</p>",
      },
    },
    console: { src: { 'page.ts': "import type { Thing } from '#db/open.ts';\nexport type Page = Thing;" } },
    hq: { 'app.ts': "import { app } from '#server/app.ts';\nexport const hq = app;" },
    'hq-web': {
      src: {
        'App.svelte':
          "<script lang=\"ts\">\nimport { hq } from '#hq/app.ts';\nimport { Shape } from '#protocol/shapes.schema.ts';\n</script>\n<p>{hq}{Shape}</p>",
      },
    },
  });
  for (const expected of [
    'protocol-imports: protocol/routes.ts → domain/yes.ts',
    'protocol-needs-only-schemas: protocol/routes.ts → domain/yes.ts',
    'domain-is-pure: domain/clock.ts → process',
    'domain-without-schemas: domain/clock.ts → protocol/shapes.schema.ts',
    'node-imports: node/disk.ts → server/app.ts',
    'ships-with-its-dependencies: node/disk.ts → node_modules/yazl/index.js',
    'declared-dependencies: node/disk.ts → node_modules/hidden/index.js',
    'resolves: node/disk.ts → ./gone.ts',
    'db-imports: db/open.ts → domain/yes.ts',
    'web-imports: web/Button.ts → domain/yes.ts',
    'web-runs-in-browsers: web/Button.ts → fs',
    'nobody-imports-scripts: server/a/a.repo.ts → scripts/demo.ts',
    'server-imports: server/a/a.repo.ts → scripts/demo.ts',
    'platform-below-features: server/platform/ids.ts → server/a/a.service.ts',
    'ledger-below-features: server/ledger/ledger.ts → server/a/a.repo.ts',
    'repo-of-its-feature: server/b/b.service.ts → server/a/a.repo.ts',
    'repo-is-the-bottom: server/b/b.repo.ts → server/b/b.service.ts',
    'service-below-routes: server/a/a.service.ts → server/a/a.routes.ts',
    'features-do-not-import-the-wiring: server/a/a.routes.ts → server/app.ts',
    'tests-are-for-tests: server/b/b.service.ts → server/a/a.testing.ts',
    'client-web-imports: client-web/src/App.svelte → server/app.ts',
    'web-without-schemas: client-web/src/App.svelte → protocol/shapes.schema.ts',
    'console-imports: console/src/page.ts → db/open.ts',
    'hq-imports: hq/app.ts → server/app.ts',
    'hq-web-imports: hq-web/src/App.svelte → hq/app.ts',
    'web-without-schemas: hq-web/src/App.svelte → protocol/shapes.schema.ts',
  ])
    t.ok(found.includes(expected), expected);
  t.ok(
    found.some((line) => line.startsWith('no-cycles: server/a/a.')),
    'no-cycles: routes and service of a',
  );
});

t.test('a house that keeps the rules, tests looking in from outside', async (t) => {
  const found = await violations(t, {
    protocol: { 'shapes.schema.ts': "import { Type } from 'typebox';\nexport const Shape = Type;" },
    domain: {
      'yes.ts':
        "import type { Shape } from '#protocol/shapes.schema.ts';\nexport const yes: typeof Shape | true = true;",
    },
    server: {
      'app.ts': "import { aRoutes } from './a/a.routes.ts';\nexport const app = aRoutes;",
      platform: {
        'deps.ts':
          "import type { Ledger } from '#server/ledger/ledger.ts';\nexport interface Deps { ledger: Ledger }",
      },
      ledger: { 'ledger.ts': 'export interface Ledger { size: number }' },
      a: {
        'a.repo.ts': 'export const aRepo = 1;',
        'a.service.ts':
          "import { aRepo } from './a.repo.ts';\nimport { attemptOf } from '#server/attempts/attempts.repo.ts';\nexport const aService = [aRepo, attemptOf];",
        'a.routes.ts': "import { aService } from './a.service.ts';\nexport const aRoutes = aService;",
        'a.testing.ts': "import { app } from '#server/app.ts';\nexport const sample = app;",
        'a.test.ts':
          "import { sample } from './a.testing.ts';\nimport { demo } from '#scripts/demo.ts';\nexport const both = [sample, demo];",
      },
      attempts: { 'attempts.repo.ts': 'export const attemptOf = 1;' },
    },
    scripts: { 'demo.ts': "import { app } from '#server/app.ts';\nexport const demo = app;" },
    'client-web': {
      src: {
        items: {
          'Content.svelte': '<script>\nimport Choice from "./Choice.svelte";\n</script>\n<Choice/>',
          'Choice.svelte': '<script>\nimport Content from "./Content.svelte";\n</script>\n<Content/>',
        },
      },
    },
  });
  t.same(found, []);
});
