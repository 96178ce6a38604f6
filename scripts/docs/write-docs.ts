/** `npm run docs` writes the generated documents; `--check` only says which of them are not as the code is now. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configDoc } from './config-doc.ts';
import { dependenciesDoc } from './dependencies-doc.ts';
import { errorsDoc } from './errors-doc.ts';
import { openApiDoc } from './openapi-doc.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Path from the root → text as it should be. */
export const GENERATED: ReadonlyMap<string, () => string | Promise<string>> = new Map<
  string,
  () => string | Promise<string>
>([
  ['docs/errors.md', errorsDoc],
  ['docs/config.md', configDoc],
  ['docs/dependencies.md', dependenciesDoc],
  ['docs/hq-openapi.json', openApiDoc],
]);

/** Generated documents that differ from the code, or are missing. */
export async function staleDocs(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, make] of GENERATED) {
    const text = await readFile(join(ROOT, path), 'utf8').catch(() => '');
    if (text !== (await make())) stale.push(path);
  }
  return stale;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = await staleDocs();
    for (const path of stale) process.stdout.write(`${path} is not as the code says: run npm run docs\n`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const [path, make] of GENERATED) await writeFile(join(ROOT, path), await make());
  }
}
