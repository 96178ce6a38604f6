import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import { texts } from '#web/build/texts-plugin.ts';

/**
 * SvelteKit's announcer for screen readers hides itself by a `style` attribute, which the box's Content-Security-Policy
 * does not permit; the class of web/base.css does the same. Fails the build when SvelteKit writes it otherwise.
 */
function announcerWithoutInlineStyle(): Plugin {
  return {
    name: 'gongyuan-announcer',
    enforce: 'pre',
    transform: {
      filter: { id: /@sveltejs\/kit\/src\/runtime\/components\/root\.svelte$/ },
      handler(code) {
        const changed = code.replace(/(id="svelte-announcer"[\s\S]*?)\sstyle="[^"]*"/, '$1 class="sr-only"');
        if (changed === code) this.error('the announcer of SvelteKit is not as expected');
        return { code: changed, map: null };
      },
    },
  };
}

/** Of the sources, not of the time: the same sources give the same build. */
function versionName(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'messages', '../web', '../protocol', '../domain']) {
    const root = path.join(import.meta.dirname, folder);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files)
      if (/\.(ts|svelte|css|html|json|svg)$/.test(file) && !/(^|\/)paraglide\/|\.test\.ts$/.test(file))
        hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The console is a static application: every path below /console falls back to one page. SvelteKit 3 takes its options
 * here, there is no svelte.config.js.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    tailwindcss(),
    texts(import.meta.dirname),
    announcerWithoutInlineStyle(),
    sveltekit({
      adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
      paths: { base: '/console' },
      // A page that outlives an update finds its chunks gone; it then compares this name and loads itself anew.
      version: { name: versionName(), pollInterval: 0 },
    }),
  ],
  build: { assetsInlineLimit: 0, reportCompressedSize: false },
});
