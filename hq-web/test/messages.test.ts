/** Both languages are complete, and every message is used. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';

const ROOT = path.resolve(import.meta.dirname, '..');
type Message = string | { match: Record<string, string> }[];

async function messages(language: string): Promise<Map<string, Message>> {
  const text = await readFile(path.join(ROOT, 'messages', `${language}.json`), 'utf8');
  const { $schema: _schema, ...rest } = JSON.parse(text) as Record<string, Message>; // the file's form is what this test looks at
  return new Map(Object.entries(rest));
}

async function sources(): Promise<string> {
  const files = await readdir(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  const texts = files
    .filter(({ name, parentPath }) => /\.(ts|svelte)$/.test(name) && !parentPath.includes('paraglide'))
    .map(({ name, parentPath }) => readFile(path.join(parentPath, name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

const variants = (message: Message | undefined): string[] =>
  typeof message === 'string' ? [message] : (message ?? []).flatMap(({ match }) => Object.values(match));
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

t.test('the same messages in both languages, none empty', async (t) => {
  const [zh, en] = [await messages('zh-CN'), await messages('en')];
  t.same([...zh.keys()], [...en.keys()]);
  for (const [key, message] of [...zh, ...en])
    for (const text of variants(message)) t.not(text.trim(), '', `${key} says something`);
});

t.test('the same values in both languages', async (t) => {
  const [zh, en] = [await messages('zh-CN'), await messages('en')];
  for (const [key, message] of zh) {
    const wanted = placeholders(variants(message)[0] ?? '');
    for (const text of variants(en.get(key)))
      t.same([...new Set(placeholders(text))], [...new Set(wanted)], key);
  }
});

t.test('Chinese texts are Chinese, English ones are not', async (t) => {
  const han = /\p{Script=Han}/u;
  for (const [key, message] of await messages('en'))
    for (const text of variants(message)) t.notMatch(text, han, key);
});

t.test('every message that the pages name exists, and none is left over', async (t) => {
  const known = new Set((await messages('en')).keys());
  const used = new Set([...(await sources()).matchAll(/\bm\.(\w+)/g)].map(([, name]) => name ?? ''));
  t.same(
    [...used].filter((name) => !known.has(name)),
    [],
    'named but not there',
  );
  t.same(
    [...known].filter((name) => !used.has(name)),
    [],
    'there but not named',
  );
});
