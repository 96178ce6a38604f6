import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PURPOSES } from './dependency-purposes.ts';
import { ALLOWED, ALLOWED_FOR_TOOLS, lockedPackages, permits, READ_BY_HAND } from './licences.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const packages = lockedPackages(read('package-lock.json'));
const name = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;

t.test('every dependency has its reason, and nothing else does', async (t) => {
  t.same(Object.keys(PURPOSES).toSorted(), Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

t.test('what runs on the box is installed there', async (t) => {
  const onBox = Object.keys(PURPOSES).filter((key) => PURPOSES[key]?.runs === 'box');
  t.same(
    onBox.filter((key) => dependencies[key] === undefined),
    [],
  );
  const forWork = Object.keys(PURPOSES).filter((key) => PURPOSES[key]?.runs === 'work');
  t.same(
    forWork.filter((key) => dependencies[key] !== undefined),
    [],
    'and what only builds and tests is not',
  );
});

t.test('versions are pinned', async (t) => {
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, range]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(range),
  );
  t.same(loose, []);
});

t.test('everything on a box, and everything in its pages, has a licence of the list', async (t) => {
  const bundled = new Set(Object.keys(PURPOSES).filter((key) => PURPOSES[key]?.runs === 'pages'));
  const shipped = packages.filter((one) => !one.dev || bundled.has(one.name));
  t.ok(shipped.length > 100, 'dependencies of dependencies are here');
  t.same(
    shipped.filter(({ licence }) => !permits(ALLOWED, licence)).map((one) => `${name(one)}: ${one.licence}`),
    [],
  );
});

t.test('tools have licences that are known, and none is copyleft', async (t) => {
  t.same(
    packages
      .filter(({ licence }) => !permits(ALLOWED_FOR_TOOLS, licence))
      .map((one) => `${name(one)}: ${one.licence}`),
    [],
  );
  for (const bad of ['GPL-3.0-only', 'AGPL-3.0-or-later', 'LGPL-2.1', 'SSPL-1.0', 'UNLICENSED', ''])
    t.notOk(permits(ALLOWED_FOR_TOOLS, bad), bad || 'no licence');
  t.ok(permits(ALLOWED, '(GPL-2.0 OR MIT)'), 'a choice that holds a good one');
  t.notOk(permits(ALLOWED, '(GPL-2.0 AND MIT)'), 'both at once');
});

t.test('the lock file tells the licences that the packages tell', async (t) => {
  const differing: string[] = [];
  for (const { path, licence, name } of packages) {
    const file = join(ROOT, path, 'package.json');
    // Packages for other systems are locked and not installed.
    if (!existsSync(file)) continue;
    const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
      license?: string | { type: string };
      licenses?: { type: string }[];
    };
    const told =
      typeof license === 'string'
        ? license
        : (license?.type ?? licenses?.map(({ type }) => type).join(' OR '));
    if (told === undefined ? READ_BY_HAND[name] === undefined : told !== licence)
      differing.push(`${path}: ${told}, locked as ${licence}`);
  }
  t.same(differing, []);
});

t.test('an installation runs no script but that of Node', async (t) => {
  const { packages: locked } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean; dev?: boolean; gypfile?: boolean }>;
  };
  const scripted = Object.entries(locked).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev);
  t.same(
    scripted.map(([path]) => path),
    ['node_modules/node'],
  );
  // npm starts a compiler for any package with a binding.gyp, whatever its package.json says, unless the lock file says no.
  const compiled = Object.entries(locked).filter(
    ([path, { gypfile }]) => gypfile !== false && existsSync(join(ROOT, path, 'binding.gyp')),
  );
  t.same(
    compiled.map(([path]) => path),
    [],
    'nothing is compiled: add "gypfile": false to its entry in the lock file',
  );
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  t.same(
    Object.keys(allowScripts).filter((key) => allowScripts[key]),
    ['node'],
  );
});

t.test('the lock file has every package that another one may ask for', async (t) => {
  // An installation refuses a lock file without the builds for other systems.
  const { packages: locked } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !locked[`node_modules/${name}`] && !locked[`${path}/node_modules/${name}`],
    ),
  );
  t.same(missing, []);
});
