/** Licences of every package in the lock file, and which of them the product may take along. */

export interface LockedPackage {
  /** Folder from the root, such as `node_modules/fastify`. */
  path: string;
  name: string;
  version: string;
  licence: string;
  /** Needed to build and test alone; not installed on a box. */
  dev: boolean;
}

/** Licences under which code and fonts may go to a box or into its pages. */
export const ALLOWED: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'OFL-1.1',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
]);

/** Allowed for tools besides, which never leave the developer's machine. */
export const ALLOWED_FOR_TOOLS: ReadonlySet<string> = new Set([
  ...ALLOWED,
  'Apache-2.0 WITH LLVM-exception',
  'WTFPL',
  'CC-BY-3.0',
]);

/** Packages whose package.json names no licence, and where it stands instead. */
export const READ_BY_HAND: Readonly<Record<string, { licence: string; where: string }>> = {
  '@inlang/plugin-message-format': { licence: 'MIT', where: 'its file LICENSE' },
  '@lix-js/sdk-linux-x64': { licence: 'MIT', where: 'package.json of @lix-js/sdk, whose machine code it is' },
  '@lix-js/sdk-linux-arm64': {
    licence: 'MIT',
    where: 'package.json of @lix-js/sdk, whose machine code it is',
  },
  '@lix-js/sdk-darwin-arm64': {
    licence: 'MIT',
    where: 'package.json of @lix-js/sdk, whose machine code it is',
  },
  '@lix-js/sdk-win32-x64': { licence: 'MIT', where: 'package.json of @lix-js/sdk, whose machine code it is' },
  'combine-errors': { licence: 'MIT', where: 'its file Readme.md' },
  'jsonc-simple-parser': { licence: 'MIT', where: 'its file license' },
  'png-js': { licence: 'MIT', where: 'its file LICENSE' },
  'svelte-toolbelt': { licence: 'MIT', where: 'its file LICENSE' },
};

/** Every package of a package-lock.json but the root. */
export function lockedPackages(lock: string): LockedPackage[] {
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { name?: string; version?: string; license?: string; dev?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { name, version = '', license, dev = false }]) => {
      const known = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { path, name: known, version, licence: license ?? READ_BY_HAND[known]?.licence ?? '', dev };
    });
}

/** Whether one of the licences offered (`A OR B`), or all that hold together (`A AND B`), are in the list. */
export function permits(allowed: ReadonlySet<string>, expression: string): boolean {
  const text = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (text.includes(' OR ')) return text.split(' OR ').some((part) => permits(allowed, part));
  if (text.includes(' AND ')) return text.split(' AND ').every((part) => permits(allowed, part));
  return allowed.has(text);
}
