import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { KIOSK_ERRORS } from '#protocol/errors.kiosk.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

type Messages = Record<string, unknown>;

async function messages(language: string): Promise<Messages> {
  const parsed: unknown = JSON.parse(await readFile(path.join(ROOT, `messages/${language}.json`), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`no messages in ${language}`);
  return { ...parsed };
}

/** What a message asks for: the names in braces, in all its forms. */
function inputs(message: unknown): string[] {
  return [
    ...new Set([...JSON.stringify(message).matchAll(/\{([a-z]+)\}/g)].map((found) => found[1] ?? '')),
  ].sort();
}

function* forms(message: unknown): Generator<string> {
  if (typeof message === 'string') yield message;
  else if (Array.isArray(message))
    for (const one of message)
      if (typeof one === 'object' && one !== null && 'match' in one)
        yield* Object.values<string>(one.match as Record<string, string>);
}

t.test('both languages say the same things', async (t) => {
  const zh = await messages('zh-CN');
  const en = await messages('en');
  t.same(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const [key, message] of Object.entries(zh)) {
    t.same(inputs(en[key]), inputs(message), `${key} asks for the same`);
    for (const text of [...forms(message), ...forms(en[key])]) t.not(text.trim(), '', `${key} is not empty`);
    t.match(JSON.stringify(message), /[\u4e00-\u9fff]|^"、"$|^"，"$/u, `${key} is Chinese`);
    for (const text of forms(en[key])) t.notMatch(text, /[\u4e00-\u9fff]/u, `${key} is English`);
  }
});

t.test('every message is used, and nothing else is asked for', async (t) => {
  const used = new Set<string>();
  for (const entry of await readdir(path.join(ROOT, 'src'), { recursive: true })) {
    if (!/\.(svelte|ts)$/.test(entry) || entry.startsWith('paraglide')) continue;
    const source = await readFile(path.join(ROOT, 'src', entry), 'utf8');
    for (const [, key] of source.matchAll(/\bm\.([a-z][a-z0-9_]*)/g)) if (key) used.add(key);
  }
  const known = Object.keys(await messages('zh-CN'));
  t.same(
    known.filter((key) => !used.has(key)),
    [],
  );
  t.same(
    [...used].filter((key) => !known.includes(key)),
    [],
  );
});

t.test('every code that a candidate can meet says what to do, in both languages', async (t) => {
  for (const [code, { zh, en, doZh, doEn }] of Object.entries(KIOSK_ERRORS))
    for (const text of [zh, en, doZh, doEn]) t.ok(text.trim().length > 1, code);
});
