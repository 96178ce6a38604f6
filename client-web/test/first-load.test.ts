/** What a machine fetches before the seat page is there, and that the built pages keep the box's policy. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import t from 'tap';
import { build } from 'vite';

/** Compressed, without fonts. A classroom of 60 machines reloading at once asks for 9 MB at most. */
const MOST_BYTES = 150_000;

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

t.test('the built application', { timeout: 120_000 }, async (t) => {
  const folder = t.testdir();
  await build({
    configFile: path.resolve(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });
  // Vite documents this shape ("backend integration").
  const chunks = JSON.parse(await readFile(path.join(folder, 'asset-manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const files = new Set<string>();
  const visit = (name: string) => {
    const chunk = chunks[name];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    for (const other of chunk.imports ?? []) visit(other);
  };
  visit('index.html');
  files.add('index.html');
  let bytes = 0;
  for (const file of files) bytes += brotliCompressSync(await readFile(path.join(folder, file))).length;
  t.comment(`first load: ${files.size} files, ${bytes} bytes compressed`);
  t.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  const loaded = (
    await Promise.all([...files].map((file) => readFile(path.join(folder, file), 'utf8')))
  ).join('\n');
  const opener = (await readdir(path.join(folder, 'assets'))).find((name) => name.startsWith('open.worker'));
  t.match(await readFile(path.join(folder, 'assets', opener ?? ''), 'utf8'), 'age-encryption.org/v1');
  t.notMatch(loaded, 'age-encryption.org/v1', 'the opener of sealed papers comes when it is needed');

  for (const page of ['index.html', 'preview.html', 'verify.html', 'check.html']) {
    const html = await readFile(path.join(folder, page), 'utf8');
    t.notMatch(html, /<script(?![^>]*\ssrc=)[^>]*>/, `${page}: no script inside`);
    t.notMatch(html, /<style|\sstyle=/, `${page}: no style inside`);
    t.notMatch(html, /\son[a-z]+=/, `${page}: no handler inside`);
    t.notMatch(html, /(src|href)="(https?:)?\/\//, `${page}: nothing from elsewhere`);
  }
  t.notMatch(
    await readFile(path.join(folder, 'sw.js'), 'utf8'),
    /^\s*(import|export)\b/m,
    'the service worker stands alone',
  );
});
