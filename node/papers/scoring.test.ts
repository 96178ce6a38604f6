/** Scoring of whole papers: the demo papers, and real packages of other makers where they lie beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t, { type Test } from 'tap';
import type { PaperKeys, ResponseKeys } from '#domain/papers/keys.ts';
import { checkResponse } from '#domain/papers/responses.ts';
import { scorePaper } from '#domain/papers/scoring/score-paper.ts';
import type { Answers, Paper, PaperResponse, ResponseValue } from '#protocol/paper.ts';
import { type CompiledPaper, compileFiles, compilePaper } from './compile.ts';

const DEMO = resolve(import.meta.dirname, '..', '..', 'scripts', 'demo', 'papers');
const SAMPLES = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'qti');
const skip = existsSync(SAMPLES) ? false : `no sample packages at ${SAMPLES}`;

function folder(root: string): Map<string, Uint8Array> {
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path), readFileSync(path)]),
  );
}

function whole({ paper, keys }: CompiledPaper): { paper: Paper; keys: PaperKeys } {
  if (paper === undefined || keys === undefined) throw new Error('the paper does not compile');
  return { paper, keys };
}

/** The correct response as a candidate's machine would send it. */
function rightAnswer(response: PaperResponse, { correct = [] }: ResponseKeys): ResponseValue {
  if (correct.length === 0) return null;
  if (response.base === 'pair' || response.base === 'directedPair')
    return correct.map((pair): [string, string] => {
      const [left = '', right = ''] = pair.split(' ');
      return [left, right];
    });
  return response.cardinality === 'single' ? (correct[0] ?? null) : [...correct];
}

function rightAnswers({ paper, keys }: { paper: Paper; keys: PaperKeys }): Answers {
  const answers: Answers = {};
  for (const [id, item] of Object.entries(paper.items)) {
    const own: Answers[string] = {};
    for (const response of item.responses) {
      const key = keys.items[id]?.responses[response.id];
      if (key !== undefined) own[response.id] = rightAnswer(response, key);
    }
    answers[id] = own;
  }
  return answers;
}

function judge(t: Test, name: string, compiled: CompiledPaper, lower: readonly string[] = []): void {
  const both = whole(compiled);
  const answers = rightAnswers(both);
  for (const [id, item] of Object.entries(both.paper.items))
    for (const response of item.responses)
      t.equal(checkResponse(response, answers[id]?.[response.id] ?? null), null, `${id} can be answered so`);
  const right = scorePaper(both.keys, answers, { paper: both.paper });
  for (const [id, score] of Object.entries(right.items)) {
    t.not(score.state, 'failed', `${name} ${id}: ${JSON.stringify(score.fault)}`);
    if (both.keys.items[id]?.processing === undefined || !score.answered) continue;
    if (lower.includes(id)) continue;
    t.equal(score.state, 'scored', id);
    t.equal(score.score, score.maximum, `${name} ${id}: all right is full marks`);
    t.ok((score.score ?? 0) > 0, id);
  }
  const blank = scorePaper(both.keys, {}, { paper: both.paper });
  t.match(
    blank,
    { state: 'final', total: 0, maximum: right.maximum },
    `${name}: a blank paper is final, with 0 points`,
  );
  t.same(scorePaper(both.keys, answers, { paper: both.paper }), right, 'the same again');
}

for (const language of ['zh', 'en'])
  t.test(`demo paper, ${language}`, async (t) => {
    const compiled = compileFiles(folder(join(DEMO, language)));
    judge(t, language, compiled);
    const { paper, keys } = whole(compiled);
    const drawn = scorePaper(keys, {}, { paper, seed: 'a candidate' });
    t.equal(drawn.maximum, 100, 'what a candidate gets is worth 100 points');
    for (const [id, { maximum }] of Object.entries(drawn.items))
      t.equal(maximum, paper.items[id]?.points, `${id}: as the candidate is told`);
    const right = scorePaper(keys, rightAnswers({ paper, keys }), { paper });
    t.equal(right.state, 'final', 'nobody marks an essay that is not there');
    const essay = Object.entries(keys.items).find(([, item]) => item.processing === undefined);
    const [id = '', item] = essay ?? [];
    const [response = ''] = Object.keys(item?.responses ?? {});
    t.match(scorePaper(keys, { [id]: { [response]: '……' } }, { paper }), {
      state: 'needs-marker',
      items: { [id]: { score: null } },
    });
  });

t.test('packages of other makers', { skip }, async (t) => {
  for (const name of ['valid-package', 'no-metadata', 'no-response-processing'])
    judge(
      t,
      name,
      await compilePaper(readFileSync(join(SAMPLES, 'kennisnet-php-qti3', 'fixtures', `${name}.zip`))),
    );
  for (const name of [
    'assessment-test',
    'basic-interactions',
    'interactive-interactions',
    'math-assessment',
    'with-passages',
  ])
    judge(t, name, compileFiles(folder(join(SAMPLES, 'pie-qti', name))));
});
