/**
 * Compiles an application's messages (`<application>/messages/*.json`) to `<application>/src/paraglide`, which is not
 * kept in git. By hand: `node web/build/compile-texts.ts client-web console`.
 *
 * It runs as a process of its own and ends it: the compiler's project store leaves timers behind that would keep a
 * build alive for another half a minute. The message plugin is the one in node_modules (see
 * project.inlang/settings.json), so nothing is fetched.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '@inlang/paraglide-js';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param application folder of the application, relative to the repository's root or absolute. */
export async function compileTexts(application: string): Promise<void> {
  const folder = path.resolve(ROOT, application);
  await compile({
    project: path.join(folder, 'project.inlang'),
    outdir: path.join(folder, 'src/paraglide'),
    // The application says which language holds (web/texts/language.ts); no cookie, no address, no guess here.
    strategy: ['globalVariable', 'baseLocale'],
    isServer: 'false',
    disableAsyncLocalStorage: true,
    outputStructure: 'locale-modules',
    emitTsDeclarations: true,
    emitGitIgnore: false,
    emitPrettierIgnore: false,
    emitReadme: false,
  });
  // Notes that the store writes beside the settings; they say nothing of ours.
  for (const left of ['.lix', 'README.md', '.meta.json', '.gitignore', 'cache'])
    await rm(path.join(folder, 'project.inlang', left), { recursive: true, force: true });
}

if (import.meta.main) {
  for (const application of process.argv.slice(2)) await compileTexts(application);
  process.exit(0);
}
