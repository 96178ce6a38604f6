/**
 * Fonts of the site's own pages, cut to the characters that they need: the applications' texts and every name in the
 * roster (S6). Made in a child process, made anew when the roster brings new characters.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { FontFace } from '#node/fonts/font-faces.ts';
import type { WebFile } from '#node/web/web-files.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';

const LATIN = Array.from({ length: 0x17f - 0x20 }, (_, i) => String.fromCodePoint(0x20 + i)).join('');
const SIGNS = '“”‘’—–…·•●○◌◆◇■□▲△▼▽★☆✎✓✔✗✘⚠⚑⌁⏎←→↑↓↵×÷±≤≥≠≈∞√∑∏∫°′″½¼¾αβγδεθλμπρσφωΔΣΠΩ①②③④⑤⑥⑦⑧⑨⑩';

export class UiFonts {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #texts: string;
  #made: Promise<Map<string, WebFile>> | null = null;
  #madeFor = '';

  /** `texts`: everything the applications may show. */
  constructor(deps: Deps, texts: string) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#texts = texts;
  }

  /** `ui.css`, or a font file that it names. */
  async file(name: string): Promise<WebFile | null> {
    const current = this.#current();
    // A page must not wait for its fonts: until they are made, system fonts stand in.
    const ready = name === 'ui.css' ? await Promise.race([current, patience()]) : await current;
    return ready === null ? NONE_YET : (ready.get(name) ?? null);
  }

  /** Starts making them, so that the first page need not wait. */
  warm(): void {
    this.#current().catch((error: unknown) =>
      this.#deps.log.error({ err: error }, 'the fonts of the pages could not be made'),
    );
  }

  #current(): Promise<Map<string, WebFile>> {
    const characters = this.#characters();
    if (!this.#made || characters !== this.#madeFor) {
      this.#madeFor = characters;
      const made = make(characters);
      this.#made = made;
      made.catch(() => {
        if (this.#made === made) this.#made = null;
      });
    }
    return this.#made;
  }

  #characters(): string {
    const rows = [
      ...this.#s.all<{ text: string }>('SELECT DISTINCT name AS text FROM candidate'),
      ...this.#s.all<{ text: string }>('SELECT DISTINCT school AS text FROM candidate'),
      ...this.#s.all<{ text: string }>('SELECT name AS text FROM subject'),
      ...this.#s.all<{ text: string }>('SELECT name AS text FROM room'),
      ...this.#s.all<{ text: string }>('SELECT name AS text FROM exam'),
      ...this.#s.all<{ text: string }>('SELECT name AS text FROM session'),
      ...this.#s.all<{ text: string }>('SELECT name AS text FROM site'),
      ...this.#s.all<{ text: string }>('SELECT policy AS text FROM session'),
    ];
    return [...new Set([...LATIN, ...SIGNS, ...this.#texts, ...rows.map(({ text }) => text).join('')])]
      .sort()
      .join('');
  }
}

async function make(characters: string): Promise<Map<string, WebFile>> {
  const faces = await cut(characters);
  const files = new Map<string, WebFile>();
  const rules: string[] = [];
  faces.forEach((face, i) => {
    const bytes = Buffer.from(face.bytes);
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
    const extension = face.format === 'woff2' ? 'woff2' : 'otf';
    const name = `ui-${i}-${hash}.${extension}`;
    files.set(name, { bytes, br: null, type: `font/${extension}`, etag: `"${hash}"`, immutable: true });
    rules.push(
      `@font-face{font-family:'${face.family}';font-weight:${face.weight};font-display:swap;src:url('/fonts/${name}') format('${face.format}')}`,
    );
  });
  const css = Buffer.from(rules.join('\n'));
  const etag = `"${createHash('sha256').update(css).digest('base64url').slice(0, 22)}"`;
  files.set('ui.css', { bytes: css, br: null, type: 'text/css; charset=utf-8', etag, immutable: false });
  return files;
}

const PATIENCE_MS = 250;
const NONE_YET: WebFile = {
  bytes: Buffer.from('/* being made */'),
  br: null,
  type: 'text/css; charset=utf-8',
  etag: '"none"',
  immutable: false,
};

function patience(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
}

function cut(characters: string): Promise<FontFace[]> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./ui-fonts.child.ts', import.meta.url), { serialization: 'advanced' });
    child.once('message', (faces) => resolve(faces as FontFace[]));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the font process ended with ${code}`)));
    child.send(characters);
  });
}
