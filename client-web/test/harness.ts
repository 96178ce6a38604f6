/** Builds the screens on the fake kiosk, serves them on loopback under the box's own content security policy. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { texts } from '#web/build/texts-plugin.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** The strictest policy that the application must live with. */
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; font-src 'self' blob:; connect-src 'self' blob:; worker-src 'self'; manifest-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Builds into `folder` (a test's own); minified and lowered as the product is. */
export async function buildScreens(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    base: '/',
    publicDir: false,
    logLevel: 'error',
    plugins: [texts(ROOT), svelte({ configFile: false })],
    build: {
      target: 'chrome109',
      cssTarget: 'chrome109',
      outDir: folder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: { page: path.join(ROOT, 'test/page.html'), preview: path.join(ROOT, 'preview.html') },
      },
    },
  });
}

export interface Site {
  origin: string;
  close(): Promise<void>;
}

/** A static server on loopback. */
export async function serve(folder: string, extra: Record<string, string> = {}): Promise<Site> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    const given = extra[name];
    const body =
      given === undefined ? readFile(path.join(folder, path.normalize(name))) : Promise.resolve(given);
    body.then(
      (bytes) => {
        response.setHeader('content-security-policy', CSP);
        response.setHeader('content-type', TYPES[path.extname(name)] ?? 'application/octet-stream');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** What the page complains of: faults, refusals of the policy, failed requests (fonts come from the box, not from here). */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.includes('404')) found.push(`console: ${text}`);
  });
  page.on('requestfailed', (request) => {
    if (!request.url().includes('/fonts/')) found.push(`request: ${request.url()}`);
  });
  return found;
}
