/** The whole exam of server/ledger/sample-exam.testing.ts as a site of headquarters. */
import type { Test } from 'tap';
import { paper as paperTable } from '#db/hq/schema.ts';
import { generateIdentity, sealFile } from '#node/sealing/age-file.ts';
import type { SampleExam } from '#server/ledger/sample-exam.testing.ts';
import { sampleExam } from '#server/ledger/sample-exam.testing.ts';
import { sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { type TestHq, testFolder } from './harness.ts';
import { LedgerSite } from './ledger-site.testing.ts';

/** Its events, with the key and the box that wrote them. */
export function sampleSite(t: Test, site: string, of: SampleExam = {}): LedgerSite {
  const ledger = sampleExam(testFolder(t), of);
  const rows = ledger.db.prepare('SELECT bytes FROM ledger_event ORDER BY seq').all() as { bytes: string }[];
  ledger.close();
  const made = new LedgerSite(site, sampleId('box', 1), ledger.box);
  made.events = rows.map(({ bytes }) => bytes);
  return made;
}

/**
 * Correct responses of the sample's paper: some for the rules of QTI, some for a marker. As JSON,
 * for one item is called `__proto__`.
 */
const item = (name: string, response: string, declared: object, processing?: object) =>
  `"${name}": ${JSON.stringify({
    identifier: name,
    responses: { [response]: declared },
    outcomes: { SCORE: { cardinality: 'single', base: 'float' } },
    ...(processing ? { processing } : {}),
    weights: {},
    categories: [],
    markerNotes: [],
  })}`;
const match = { template: 'match_correct', rules: [] };
const KEYS = `{"format":"gongyuan-keys/1","paper":"test","outcomes":{},"processing":[],"items":{${[
  item('Q1', 'RESPONSE', { cardinality: 'multiple', base: 'identifier', correct: ['A', 'B'] }, match),
  item('Q3', 'RESPONSE', { cardinality: 'single', base: 'string' }),
  item('Q4', 'FILE', { cardinality: 'single', base: 'file' }),
  item('Q5', 'RESPONSE', { cardinality: 'single', base: 'string', correct: ['x'] }, match),
  item('Q6', 'MATCH', { cardinality: 'multiple', base: 'directedPair' }),
  item('Q7', 'RESPONSE', { cardinality: 'single', base: 'string', correct: ['new text'] }, match),
  item('__proto__', 'RESPONSE', { cardinality: 'single', base: 'string', correct: ['odd name'] }, match),
].join(',')}}}`;

export async function addSamplePaper(hq: TestHq): Promise<void> {
  const { recipients } = hq.hq.deps.keys;
  const seal = (text: string) => sealFile(Buffer.from(text), recipients[0] ?? '');
  await hq.hq.deps.db.orm.insert(paperTable).values({
    paper: sampleId('paper', 1),
    exam: sampleId('exam', 1),
    subject: 'YW',
    label: 'A 卷',
    manifest: '{}',
    manifestSig: '',
    items: 7,
    identity: await seal((await generateIdentity()).identity),
    keys: await seal(KEYS),
    source: 'paper.zip',
    added: hq.time.now,
  });
}
