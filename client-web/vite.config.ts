/**
 * The candidate application: one page for candidates, one for the console's preview, two for whoever checks. Everything comes from the box:
 * no inline script, no inline style, no data addresses (strict CSP), hashed file names.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { texts } from '#web/build/texts-plugin.ts';
import { offlinePage } from './offline-page.ts';

const root = import.meta.dirname;
const serviceWorker = path.join(root, 'src/service-worker/sw.ts');

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [texts(root), svelte(), offlinePage(root)],
  build: {
    target: 'chrome109',
    cssTarget: 'chrome109',
    outDir: path.join(root, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The service worker keeps what this list names (its own file apart).
    manifest: 'asset-manifest.json',
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: path.join(root, 'index.html'),
        preview: path.join(root, 'preview.html'),
        verify: path.join(root, 'verify.html'),
        check: path.join(root, 'check.html'),
        ...(existsSync(serviceWorker) ? { sw: serviceWorker } : {}),
      },
      output: {
        // A service worker needs one address for ever: its scope and its updates hang on it.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es' },
});
