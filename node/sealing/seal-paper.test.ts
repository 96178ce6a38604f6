import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import t from 'tap';
import { generateBoxKey, sign } from '#node/signing/box-key.ts';
import { MANIFEST_PURPOSE, type SealedManifest } from '#protocol/sealed.ts';
import { generateIdentity, openFile, recipientOf, sealFile } from './age-file.ts';
import { checkSealed, identityFits, verifyManifest } from './manifest.ts';
import { type PaperToSeal, sealPaper } from './seal-paper.ts';

const key = generateBoxKey();
const CANARY = '阿房宫赋-金丝雀-canary-7f3a';
const bytes = (text: string) => new TextEncoder().encode(text);

const paper = (extra: Partial<PaperToSeal> = {}): PaperToSeal => ({
  paper: 'pa_0123456789abcdef',
  text: bytes(JSON.stringify({ title: CANARY, items: {} })),
  files: new Map([
    ['f2.age', { role: 'font', bytes: bytes(`font ${CANARY}`) }],
    ['f1.age', { role: 'media', bytes: bytes(`picture ${CANARY}`) }],
  ]),
  sealedWallMs: 1_780_000_000_000,
  notBeforeMs: 1_780_003_600_000,
  releaseCodes: { n: 2, m: 3 },
  key,
  ...extra,
});

t.test('sealed and opened again, bytes are the same', async () => {
  const { identity, recipient } = await generateIdentity();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200_000 }), async (plain) => {
      const opened = await openFile(await sealFile(plain, recipient), identity);
      return Buffer.compare(plain, opened) === 0;
    }),
    { numRuns: 20 },
  );
});

t.test('a paper is sealed whole, and its manifest says what lies there and nothing else', async (t) => {
  const sealed = await sealPaper(paper());
  t.same([...sealed.files.keys()], ['f0.age', 'f1.age', 'f2.age']);
  const manifest = verifyManifest(sealed.manifestText, sealed.signature, key.publicKey);
  t.same(manifest, sealed.manifest);
  t.match(manifest, {
    v: 1,
    paper: 'pa_0123456789abcdef',
    n: 2,
    m: 3,
    notBefore: 1_780_003_600_000,
    sealed: 1_780_000_000_000,
  });
  t.same(Object.keys(manifest).sort(), ['files', 'm', 'n', 'notBefore', 'paper', 'recipient', 'sealed', 'v']);
  t.same(
    manifest.files.map((file) => [file.name, file.role]),
    [
      ['f0.age', 'paper'],
      ['f1.age', 'media'],
      ['f2.age', 'font'],
    ],
  );
  for (const [name, ciphertext] of sealed.files) t.equal(checkSealed(manifest, name, ciphertext).name, name);
  const opened = await openFile(sealed.files.get('f1.age') ?? bytes(''), sealed.identity);
  t.equal(new TextDecoder().decode(opened), `picture ${CANARY}`);
  t.ok(await identityFits(manifest, sealed.identity));
  t.notOk(await identityFits(manifest, (await generateIdentity()).identity));
  t.notOk(await identityFits(manifest, sealed.identity.replace(/.$/, 'X')));
  t.notOk('responses' in sealed);
});

t.test('before the opening nothing in the open holds a word of it', async (t) => {
  const headquarters = await generateIdentity();
  const responses = { bytes: bytes(`correct: ${CANARY}`), recipient: headquarters.recipient };
  const one = await sealPaper(paper({ responses }));
  const two = await sealPaper(paper({ responses }));
  const open = Buffer.concat([bytes(one.manifestText), ...one.files.values(), one.responses ?? bytes('')]);
  for (const word of [CANARY, 'canary', '阿房', 'picture', one.identity]) t.notOk(open.includes(word), word);
  t.not(one.manifest.recipient, two.manifest.recipient, 'every version has its own identity');
  t.not(one.manifest.files[0]?.sha256, two.manifest.files[0]?.sha256, 'equal papers do not look equal');
  t.notOk(one.manifestText.includes(headquarters.recipient));
  t.equal(
    new TextDecoder().decode(await openFile(one.responses ?? bytes(''), headquarters.identity)),
    `correct: ${CANARY}`,
  );
  await t.rejects(
    openFile(one.responses ?? bytes(''), one.identity),
    { code: 'seal/wrong-identity' },
    'the paper key does not open the responses',
  );
});

t.test('any changed ciphertext is found by the manifest, and by age', async (t) => {
  const sealed = await sealPaper(paper());
  const ciphertext = sealed.files.get('f0.age') ?? bytes('');
  for (const at of [0, 30, ciphertext.length >> 1, ciphertext.length - 1]) {
    const bad = Uint8Array.from(ciphertext);
    bad[at] = (bad[at] ?? 0) ^ 1;
    t.throws(() => checkSealed(sealed.manifest, 'f0.age', bad), { code: 'paper/tampered' });
    await t.rejects(openFile(bad, sealed.identity), { code: /paper\/tampered|seal\/wrong-identity/ });
  }
  t.throws(() => checkSealed(sealed.manifest, 'f0.age', ciphertext.subarray(1)), { code: 'paper/tampered' });
  t.throws(
    () => checkSealed(sealed.manifest, 'f1.age', ciphertext),
    { code: 'paper/tampered' },
    'files exchanged',
  );
  t.throws(() => checkSealed(sealed.manifest, 'f9.age', ciphertext), { code: 'paper/tampered' });
  await t.rejects(openFile(ciphertext.subarray(0, -20), sealed.identity), { code: 'paper/tampered' });
  await t.rejects(openFile(bytes(''), sealed.identity), { code: 'paper/tampered' });
});

t.test('a manifest is refused when it is not the signer’s or out of form', async (t) => {
  const sealed = await sealPaper(paper());
  const { manifest, manifestText, signature } = sealed;
  const refuse = (text: string, sig: string, why: string) =>
    t.throws(() => verifyManifest(text, sig, key.publicKey), { code: 'paper/tampered' }, why);
  refuse(manifestText.replace('"n":2', '"n":1'), signature, 'changed');
  refuse(
    manifestText,
    signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    'signature changed',
  );
  refuse(manifestText, '', 'no signature');
  t.throws(() => verifyManifest(manifestText, signature, generateBoxKey().publicKey), {
    code: 'paper/tampered',
  });
  t.throws(() => verifyManifest(manifestText, signature, ''), { code: 'paper/tampered' });

  const signedAs = (value: unknown) => {
    const text = typeof value === 'string' ? value : (canonicalize(value) ?? '');
    refuse(text, sign(key, MANIFEST_PURPOSE, bytes(text)), text.slice(0, 60));
  };
  const first = manifest.files[0];
  signedAs('not json');
  signedAs('null');
  signedAs(` ${manifestText}`);
  signedAs(JSON.stringify({ ...manifest }, ['v', 'paper', 'sealed']));
  signedAs({ ...manifest, title: 'x' });
  signedAs({ ...manifest, v: 2 });
  signedAs({ ...manifest, files: [] });
  signedAs({ ...manifest, n: 4 });
  signedAs({ ...manifest, n: 0 });
  signedAs({ ...manifest, notBefore: -1 });
  signedAs({ ...manifest, recipient: 'age1qqq' });
  signedAs({ ...manifest, files: [first, first] });
  signedAs({ ...manifest, files: [{ ...first, name: '../f0.age' }] });
  signedAs({ ...manifest, files: [{ ...first, role: 'media' }] });
  refuse(manifestText, sign(key, 'gongyuan/receipt/v1', bytes(manifestText)), 'signed for another purpose');
});

t.test('bad input is named', async (t) => {
  const { identity, recipient } = await generateIdentity();
  for (const bad of [
    '',
    'age1',
    recipient.replace(/.$/, (c) => (c === 'q' ? 'p' : 'q')),
    'age1pq1qqqq',
    identity,
  ]) {
    await t.rejects(sealFile(bytes('x'), bad), { code: 'seal/recipient' }, bad.slice(0, 12));
    await t.rejects(sealPaper(paper({ responses: { bytes: bytes('x'), recipient: bad } })), {
      code: 'seal/recipient',
    });
    if (bad !== identity) t.equal(await recipientOf(bad), null);
  }
  const sealed = await sealFile(bytes('x'), recipient);
  const wrong = identity.replace(/.$/, (c) => (c === 'Q' ? 'P' : 'Q'));
  for (const bad of ['', recipient, wrong, (await generateIdentity()).identity]) {
    const error: unknown = await openFile(sealed, bad).catch((caught: unknown) => caught);
    t.match(error, { code: 'seal/wrong-identity' });
    if (bad !== '') t.notOk(String(error).includes(bad), 'no key in the message');
  }
  const part = { role: 'media', bytes: bytes('x') } as const;
  for (const name of ['f0.age', 'f2.age', 'geography.png', '../f1.age']) {
    await t.rejects(sealPaper(paper({ files: new Map([[name, part]]) })), TypeError, name);
  }
  await t.rejects(sealPaper(paper({ releaseCodes: { n: 3, m: 2 } })), TypeError);
  const none: SealedManifest = (await sealPaper(paper({ files: new Map(), releaseCodes: undefined })))
    .manifest;
  t.match(none, { n: 0, m: 0, files: [{ name: 'f0.age' }] });
});

const age = spawnSync('age', ['--version']).status === 0;
t.test(
  'the age command opens our files and we open its',
  { skip: age ? false : "Debian's age is not installed" },
  async (t) => {
    const dir = t.testdir();
    const sealed = await sealPaper(paper());
    writeFileSync(join(dir, 'identity'), `${sealed.identity}\n`, { mode: 0o600 });
    writeFileSync(join(dir, 'f0.age'), sealed.files.get('f0.age') ?? '');
    const run = (args: string[], input?: string) => execFileSync('age', args, { cwd: dir, input });
    t.equal(
      run(['-d', '-i', 'identity', 'f0.age']).toString('utf8'),
      JSON.stringify({ title: CANARY, items: {} }),
    );
    const theirs = run(['-r', sealed.manifest.recipient], CANARY);
    t.equal(new TextDecoder().decode(await openFile(theirs, sealed.identity)), CANARY);
  },
);
