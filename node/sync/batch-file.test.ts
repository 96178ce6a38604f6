/** Batch files: what is made opens, alone and with age itself; whatever is changed is refused. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { encodeCheckpoint } from '#domain/ledger/checkpoint.ts';
import { appendToRange, emptyRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { type BoxKey, generateBoxKey } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { signNote } from '#node/signing/note.ts';
import {
  type BatchFacts,
  type BatchLine,
  batchId,
  makeBatch,
  openBatch,
  readReceipt,
  signReceipt,
} from './batch-file.ts';

const LEDGER = 'XZ01/bx_0000000000000001/1';
const box = generateBoxKey();
const hq = generateBoxKey();
const online = await generateIdentity();
const escrow = await generateIdentity();

const event = (i: number): BatchLine => ({
  bytes: Buffer.from(`{"at":${i},"body":{},"kind":"PLEDGE","wall":${i}} 考生 ${i}`),
});
const facts = (first: number): BatchFacts => ({
  site: '5401-001',
  ledger: LEDGER,
  first,
  box: 'bx_0000000000000001',
  boxEpoch: 1,
  checkpoints: [],
  hq: hq.publicKey,
  to: [online.recipient, escrow.recipient],
  made: 1_795_000_000_000,
});
function rangeBefore(count: number) {
  const range = emptyRange();
  for (let i = 0; i < count; i++) {
    const line = event(i);
    if ('bytes' in line) appendToRange(sha256, range, leafHash(sha256, line.bytes));
  }
  return range;
}
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => event(from + i));
const make = (from: number, to: number, key: BoxKey = box, more: Partial<BatchFacts> = {}) =>
  makeBatch({ ...facts(from), ...more }, rangeBefore(from), lines(from, to), key);
const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return 'taken';
  } catch (error) {
    return error instanceof MachineryError ? error.code : String(error);
  }
};
const open = (file: Uint8Array, identity = online.identity, of = hq.publicKey) =>
  openBatch(file, [identity], of);

t.test('a batch opens with either identity and proves itself, wherever it begins', async (t) => {
  for (const [from, to] of [
    [0, 1],
    [0, 300],
    [255, 257],
    [1_000, 1_033],
  ] as const) {
    const made = await make(from, to);
    for (const identity of [online.identity, escrow.identity]) {
      const opened = await open(made.file, identity);
      t.same(opened.header, made.header);
      t.equal(opened.lines.length, to - from);
      t.same(rootOfRange(sha256, opened.after), rootOfRange(sha256, rangeBefore(to)), `root of ${to}`);
    }
    t.equal(batchId(made.header), made.batch);
  }
});

t.test('two files of the same events differ, their key does not', async (t) => {
  const [one, two] = [await make(3, 9), await make(3, 9)];
  t.not(Buffer.from(one.file).equals(two.file), true);
  t.equal(one.batch, two.batch);
});

t.test('withheld events travel as their leaf hash', async (t) => {
  const secret = event(1) as { bytes: Uint8Array };
  const made = await makeBatch(
    facts(0),
    emptyRange(),
    [event(0), { leaf: leafHash(sha256, secret.bytes) }, event(2)],
    box,
  );
  const opened = await open(made.file);
  t.equal(opened.header.withheld, 1);
  t.ok('leaf' in (opened.lines[1] ?? {}));
  t.equal(opened.header.root, (await make(0, 3)).header.root, 'same root as with the event itself');
});

t.test('any byte changed, any end cut off: refused', async (t) => {
  const { file } = await make(5, 7);
  let taken = 0;
  for (let at = 0; at < file.length; at++) {
    const changed = Uint8Array.from(file);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    if ((await codeOf(open(changed))) === 'taken') taken += 1;
  }
  for (let length = 0; length < file.length; length += 7)
    if ((await codeOf(open(file.subarray(0, length)))) === 'taken') taken += 1;
  t.equal(taken, 0, `of ${file.length} bytes`);
  t.equal(await codeOf(open(Buffer.concat([file, Buffer.of(0)]))), 'batch/sealed', 'a byte more');
});

t.test('what a forger who knows the recipients could send is refused with its reason', async (t) => {
  const made = await make(2, 5);
  const plain = gunzipSync(await decrypted(made.file));
  const text = plain.toString();
  const sealed = (body: string) => reseal(Buffer.from(body));
  t.equal(await codeOf(open(await sealed(text))), 'taken', 'sealed again without a change');
  t.equal(await codeOf(open(await sealed(text.replace('考生 3', '考生 4')))), 'batch/root', 'an event');
  t.equal(
    await codeOf(open(await sealed(text.replace('"first":2', '"first":4')))),
    'batch/signature',
    'a number',
  );
  t.equal(
    await codeOf(open(await sealed(text.replace('5401-001', '5401-002')))),
    'batch/signature',
    'another site',
  );
  t.equal(await codeOf(open(await sealed(`${text}${text.split('\n')[2]}\n`))), 'batch/form', 'an event more');
  t.equal(await codeOf(open(await sealed(text.slice(0, -1)))), 'batch/form', 'no line feed at the end');
  t.equal(await codeOf(open(made.file, online.identity, generateBoxKey().publicKey)), 'batch/other-hq');
  t.equal(await codeOf(open(made.file, (await generateIdentity()).identity)), 'batch/sealed', 'a stranger');
});

t.test('checkpoints must be of this ledger, this range and this key', async (t) => {
  const root = Buffer.from(rootOfRange(sha256, rangeBefore(5))).toString('base64');
  const note = (origin: string, size: number, rootText: string, key: BoxKey = box) =>
    signNote(encodeCheckpoint({ origin, size, root: rootText }), origin, key);
  const other = Buffer.from(rootOfRange(sha256, rangeBefore(6))).toString('base64');
  const code = async (checkpoint: string) =>
    codeOf(open((await make(2, 5, box, { checkpoints: [checkpoint] })).file));
  t.equal(await code(note(LEDGER, 5, root)), 'taken');
  t.equal(await code(note(LEDGER, 5, other)), 'batch/checkpoint', 'another root');
  t.equal(await code(note(LEDGER, 6, other)), 'batch/checkpoint', 'beyond the range');
  t.equal(await code(note('XZ02/bx/1', 5, root)), 'batch/checkpoint', 'another ledger');
  t.equal(await code(note(LEDGER, 5, root, generateBoxKey())), 'batch/checkpoint', 'another key');
});

t.test('a batch that unpacks to more than is taken is refused before it fills the memory', async (t) => {
  t.equal(await codeOf(open(await reseal(Buffer.alloc(13 * 1024 * 1024)))), 'batch/too-large');
});

t.test('a receipt holds for the one who signed it, as it was signed', async (t) => {
  const { header } = await make(0, 3);
  const { site, ledger, first, last, root } = header;
  const signed = signReceipt(
    { v: 1, hq: hq.publicKey, key: box.publicKey, site, ledger, first, last, root, events: 3, taken: 7 },
    hq,
  );
  t.equal(readReceipt(signed, hq.publicKey)?.root, root);
  t.equal(readReceipt(signed, box.publicKey), null);
  t.equal(readReceipt({ ...signed, text: signed.text.replace('"last":2', '"last":9') }, hq.publicKey), null);
});

t.test("Debian's age opens a batch with headquarters' key", async (t) => {
  if (spawnSync('age', ['--version']).error) {
    t.pass('age is not installed', { skip: 'age is not installed' });
    return;
  }
  const dir = t.testdir();
  const { file } = await make(0, 3);
  writeFileSync(join(dir, 'batch.age'), file);
  writeFileSync(join(dir, 'key.txt'), `${online.identity}\n`, { mode: 0o600 });
  const opened = gunzipSync(
    execFileSync('age', ['-d', '-i', join(dir, 'key.txt'), join(dir, 'batch.age')]),
  ).toString();
  t.equal(opened.split('\n')[2], Buffer.from((event(0) as { bytes: Uint8Array }).bytes).toString());
});

/** The gzip inside. */
async function decrypted(file: Uint8Array): Promise<Uint8Array> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addIdentity(online.identity);
  return decrypter.decrypt(file);
}

async function reseal(plain: Uint8Array): Promise<Uint8Array> {
  const { Encrypter } = await import('age-encryption');
  const { gzipSync } = await import('node:zlib');
  const encrypter = new Encrypter();
  encrypter.addRecipient(online.recipient);
  return encrypter.encrypt(gzipSync(plain));
}
