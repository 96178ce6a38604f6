import t from 'tap';
import { importPaper } from '#domain/papers/import/import-paper.ts';
import { checkResponse } from '#domain/papers/responses.ts';
import { decodeStyleSheet } from '#node/xml/decode-text.ts';
import { parseXml } from '#node/xml/parse-xml.ts';
import type { Paper } from '#protocol/paper.ts';
import { itemIndex } from '#server/papers/sealed-papers.ts';
import { plainPaper } from '../bench/bench-site.ts';
import { type DemoPaper, readPaper } from '../demo/papers/read-paper.ts';
import { type Act, type Step, Typist } from './typist.ts';

const EVERY_MS = 5_000;

function demoPaper(name: DemoPaper): Paper {
  const { paper } = importPaper(readPaper(name), { parseXml, decodeSheet: decodeStyleSheet });
  if (!paper) throw new Error(`the demo paper ${name} is not one`);
  return { ...paper, fonts: [] };
}

function steps(paper: Paper, seed: string, count: number): Step[] {
  const typist = new Typist({ paper, order: 'order', seed, everyMs: EVERY_MS });
  return Array.from({ length: count }, () => typist.next());
}

t.test('the same seed does the same, another does not', async (t) => {
  const paper = plainPaper();
  t.same(steps(paper, 'one', 200), steps(paper, 'one', 200));
  t.notSame(steps(paper, 'one', 200), steps(paper, 'two', 200));
});

t.test('saves come in bursts, and on the mean as often as asked', async (t) => {
  const all = steps(plainPaper(), 'pace', 2_000);
  const acts = all.reduce((sum, step) => sum + step.acts.length, 0);
  const total = all.reduce((sum, step) => sum + step.waitMs, 0);
  t.ok(Math.abs(total / acts / EVERY_MS - 1) < 0.1, `${total / acts} ms a save`);
  const quick = all.filter((step) => step.waitMs < 1_500).length;
  t.ok(quick > all.length / 2, 'most saves follow the one before closely');
  t.ok(
    all.some((step) => step.waitMs > 2 * EVERY_MS),
    'and people stop to think',
  );
  t.ok(all.every((step) => step.waitMs > 0));
});

for (const [name, make] of [
  ['plain', plainPaper],
  ['zh', () => demoPaper('zh')],
  ['en', () => demoPaper('en')],
] as const)
  t.test(`everything done on paper ${name} is something that the box takes`, async (t) => {
    const paper = make();
    const index = itemIndex(paper);
    const seen = new Map<Act['t'], number>();
    const answered = new Set<string>();
    for (const seed of ['a', 'b', 'c', 'd'])
      for (const { acts } of steps(paper, seed, 500))
        for (const act of acts) {
          seen.set(act.t, (seen.get(act.t) ?? 0) + 1);
          const fault = faultOf(act);
          if (fault !== null) t.fail(`${fault}: ${JSON.stringify(act).slice(0, 200)}`);
          if ('resp' in act) answered.add(`${act.item} ${act.resp}`);
        }
    for (const kind of ['go', 'leave', 'set', 'type', 'mark'] as const)
      t.ok((seen.get(kind) ?? 0) > 0, `${kind} occurs`);
    const typed = Object.values(paper.items).flatMap(({ id, responses }) =>
      responses.filter(({ base }) => base !== 'integer').map((response) => `${id} ${response.id}`),
    );
    const never = typed.filter((one) => !answered.has(one));
    t.ok(never.length <= typed.length / 10, `nearly everything is answered, but for ${never.join(', ')}`);

    function faultOf(act: Act): string | null {
      const item = index.items.get(act.item);
      if (!item) return 'unknown item';
      if (act.t === 'play') return index.media.has(act.media) ? null : 'unknown medium';
      if (!('resp' in act)) return null;
      const response = item.get(act.resp);
      if (!response) return 'unknown response';
      if (act.t === 'set') return checkResponse(response, act.v);
      if (act.t === 'type') return checkResponse(response, act.text);
      const { name: file, type, bytes, sha256 } = act.file;
      return checkResponse(response, { name: file, type, bytes: bytes.length, sha256 });
    }
  });
