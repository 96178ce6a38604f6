/**
 * Headquarters' pages: one static page, its ways behind the `#` of the address, served by the headquarters service.
 * Everything comes from there: no inline script, no inline style, no data addresses (strict CSP), hashed file names.
 */
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { texts } from '#web/build/texts-plugin.ts';

const root = import.meta.dirname;

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [tailwindcss(), texts(root), svelte()],
  build: {
    outDir: path.join(root, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
