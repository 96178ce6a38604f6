/**
 * Vite plugin: builds the page that checks papers without the box into one HTML file beside the other pages, with nothing
 * outside it. The box puts its keys in where the mark stands (server/check/offline-page.ts).
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin, type Rolldown } from 'vite';
import { CHECK_SITE_MARK, OFFLINE_PAGE } from '#protocol/check-page.ts';

/** @param root absolute path of the application's folder, its texts compiled already. */
export function offlinePage(root: string): Plugin {
  let folder = '';
  return {
    name: 'gongyuan-offline-page',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const { code, css } = await bundle(root);
      await writeFile(path.join(folder, OFFLINE_PAGE), html(code, css));
    },
  };
}

async function bundle(root: string): Promise<{ code: string; css: string }> {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: {
      write: false,
      target: 'chrome109',
      cssTarget: 'chrome109',
      modulePreload: false,
      // Or it would be put in by the script, as a style that the page's policy does not know.
      cssCodeSplit: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: path.join(root, 'src/check/offline-main.ts'),
        output: { format: 'iife', codeSplitting: false },
      },
    },
  });
  // `write: false` without watching gives the output of the one bundle.
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  const code = output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
  const css = output
    .map((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? String(file.source) : ''))
    .join('');
  if (code === '' || css === '') throw new Error('the page for checking without the box came out empty');
  return { code, css };
}

function html(code: string, css: string): string {
  // Neither may end its element early.
  const script = code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const style = css.replaceAll('</style', '<\\/style');
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light">
<title>核验文件 · Check a paper</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript><p lang="zh-CN">请在浏览器中启用 JavaScript，然后刷新本页。</p><p lang="en">Switch on JavaScript in this browser, then reload the page.</p></noscript>
<script type="application/json" id="site">${CHECK_SITE_MARK}</script>
<script>${script}</script>
</body>
</html>
`;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
