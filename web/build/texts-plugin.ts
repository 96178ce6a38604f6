/** Vite plugin: compiles the application's messages before a build and again when one of them changes in development. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';

const run = promisify(execFile);
const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'compile-texts.ts');

/** @param application absolute path of the application's folder. */
export function texts(application: string): Plugin {
  const messages = path.join(application, 'messages') + path.sep;
  const compile = () => run(process.execPath, [SCRIPT, application]);
  return {
    name: 'gongyuan-texts',
    enforce: 'pre',
    async buildStart() {
      await compile();
    },
    configureServer(server) {
      server.watcher.add(messages);
      server.watcher.on('change', (file) => {
        if (file.startsWith(messages))
          compile().catch((error: unknown) => server.config.logger.error(String(error)));
      });
    },
  };
}
