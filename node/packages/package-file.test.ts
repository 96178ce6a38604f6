/** Session packages: what is made is read back, and whatever is changed, cut or added is refused. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { PACKAGE_FORMAT, type PackageHeader, type PackagePlan, PLAN_PART } from '#protocol/package.ts';
import { headBytes, packageHead, readPackageFile } from './package-file.ts';
import { openPlan, openReleaseKeys, sealPlan, sealReleaseKeys } from './package-plan.ts';

const hq = generateBoxKey();
const box = await generateIdentity();
const PAPER = 'pa_0000000000000001';
const PLAN: PackagePlan = {
  exam: { exam: 'ex_0000000000000001', name: '期末考试' },
  subjects: [{ code: 'yw', name: '语文' }],
  entries: [
    {
      entry: 'en_0000000000000001',
      candidate: 'ca_0000000000000001',
      idNumber: '110101201001011237',
      ticket: '0001',
      name: '扎西·次仁',
      gender: '',
      school: '',
      subject: 'yw',
    },
  ],
  sessions: [],
  papers: [],
  staff: [],
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const plan = await sealPlan(PLAN, box.recipient);
const paper = Buffer.from('the sealed paper');
const part = (name: string, bytes: Uint8Array) => ({ name, bytes: bytes.length, sha256: sha256(bytes) });
const HEADER: PackageHeader = {
  format: PACKAGE_FORMAT,
  package: 'pk_0000000000000001',
  number: 1,
  kind: 'full',
  site: '5401-001',
  exam: 'ex_0000000000000001',
  hq: hq.publicKey,
  to: box.recipient,
  made: 1_795_000_000_000,
  expires: 1_796_000_000_000,
  parts: [part(PLAN_PART, plan), part(`${PAPER}/f0.age`, paper), part(`${PAPER}/f1.age`, new Uint8Array(0))],
};
const made = packageHead(HEADER, hq);
const file = Buffer.concat([made.head, plan, paper]);
const refusal = async (path: string, key = hq.publicKey) => {
  try {
    await readPackageFile(path, key);
    return 'taken';
  } catch (error) {
    return error instanceof MachineryError ? error.code : String(error);
  }
};

t.test('a package is read back, part by part', async (t) => {
  const path = join(t.testdir(), 'package');
  writeFileSync(path, file);
  const read = await readPackageFile(path, hq.publicKey);
  t.same(read.header, HEADER);
  t.equal(read.signature, made.signature);
  t.equal(read.sha256, sha256(file));
  t.equal(read.bytes, made.bytes);
  t.same(await openPlan(await read.readPart(PLAN_PART), box.identity), PLAN);
  t.equal(Buffer.from(await read.readPart(`${PAPER}/f0.age`)).toString(), 'the sealed paper');
  t.equal((await read.readPart(`${PAPER}/f1.age`)).length, 0);
  await t.rejects(read.readPart('f9.age'), TypeError);
  writeFileSync(path, Buffer.concat([made.head, plan, Buffer.from('another paper!!!')]));
  await t.rejects(
    read.readPart(`${PAPER}/f0.age`),
    { code: 'package/tampered' },
    'changed after it was read',
  );
});

t.test('every byte that is changed is noticed', async (t) => {
  const path = join(t.testdir(), 'package');
  const codes = new Map<string, number>();
  for (let at = 0; at < file.length; at++) {
    const bad = Buffer.from(file);
    bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(path, bad);
    const code = await refusal(path);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (!/^package\/(form|signature|tampered)$/.test(code)) t.fail(`byte ${at}: ${code}`);
  }
  t.equal(codes.get('package/tampered'), plan.length + paper.length);
});

t.test('cut short anywhere, or with something behind: refused', async (t) => {
  const path = join(t.testdir(), 'package');
  for (let length = 0; length < file.length; length++) {
    writeFileSync(path, file.subarray(0, length));
    const code = await refusal(path);
    if (!/^package\/(form|tampered)$/.test(code)) t.fail(`cut at ${length}: ${code}`);
  }
  writeFileSync(path, Buffer.concat([file, Buffer.of(0)]));
  t.equal(await refusal(path), 'package/tampered');
});

t.test('headers that are signed and yet out of form are refused', async (t) => {
  const path = join(t.testdir(), 'package');
  writeFileSync(path, file);
  t.equal(await refusal(path, generateBoxKey().publicKey), 'package/signature');
  const [first, ...rest] = HEADER.parts;
  // The last holds `first`, which the array's type cannot know to be there.
  for (const parts of [rest, [...HEADER.parts, ...rest], [...rest, first]])
    t.throws(() => packageHead({ ...HEADER, parts: parts as PackageHeader['parts'] }, hq), TypeError);
  t.throws(() => packageHead({ ...HEADER, number: 0 }, hq), TypeError);
  t.same(headBytes(made.text, made.signature), made.head);
});

t.test('plans and keys open for the one that they are sealed for, and only in form', async (t) => {
  const other = await generateIdentity();
  await t.rejects(openPlan(plan, other.identity), { code: 'package/plan' });
  await t.rejects(openPlan(Buffer.concat([plan, Buffer.of(1)]), box.identity), { code: 'package/plan' });
  await t.rejects(sealPlan({ ...PLAN, exam: { exam: 'no id', name: '' } }, box.recipient), TypeError);
  const keys = { [PAPER]: other.identity };
  const sealed = await sealReleaseKeys(keys, box.recipient);
  t.same(await openReleaseKeys(sealed, box.identity), keys);
  await t.rejects(openReleaseKeys(sealed, other.identity), { code: 'release/keys' });
  await t.rejects(openPlan(Buffer.from(sealed, 'base64'), box.identity), { code: 'package/plan' });
  await t.rejects(sealReleaseKeys({ [PAPER]: 'plain' }, box.recipient), TypeError);
});
