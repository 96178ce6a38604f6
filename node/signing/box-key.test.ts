import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import {
  ensureBoxKey,
  exportPublicKey,
  generateBoxKey,
  importPublicKey,
  loadBoxKey,
  saveBoxKey,
  sign,
  verify,
} from './box-key.ts';
import type { Purpose } from './purpose.ts';

const RECEIPT = 'gongyuan/receipt/v1';
const bytes = (text: string) => Buffer.from(text, 'utf8');

t.test('a key saved is the key loaded, closed to others and whole', async (t) => {
  const path = join(t.testdir(), 'box.key');
  const key = generateBoxKey();
  await saveBoxKey(path, key);
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.same(readdirSync(join(path, '..')), ['box.key'], 'no temporary file is left');
  t.match(readFileSync(path, 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
  const loaded = await loadBoxKey(path);
  t.equal(loaded.publicKey, key.publicKey);
  t.ok(verify(key.publicKey, RECEIPT, bytes('x'), sign(loaded, RECEIPT, bytes('x'))));
  chmodSync(path, 0o644);
  await loadBoxKey(path);
  t.equal(statSync(path).mode & 0o777, 0o600, 'a key file left open is closed');
});

t.test('a key is never overwritten', async (t) => {
  const path = join(t.testdir(), 'box.key');
  await saveBoxKey(path, generateBoxKey());
  const before = readFileSync(path);
  await t.rejects(saveBoxKey(path, generateBoxKey()), { code: 'key/exists' });
  t.same(readFileSync(path), before);
  t.same(readdirSync(join(path, '..')), ['box.key']);
});

t.test('two starts at once agree on one key', async (t) => {
  const path = join(t.testdir(), 'box.key');
  const keys = await Promise.all(Array.from({ length: 8 }, () => ensureBoxKey(path)));
  t.equal(new Set(keys.map((key) => key.publicKey)).size, 1);
  t.equal((await ensureBoxKey(path)).publicKey, keys[0]?.publicKey);
});

t.test('missing and damaged files are told apart and left alone', async (t) => {
  const dir = t.testdir({
    half: '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2',
    empty: '',
    p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
    public: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
  });
  await t.rejects(loadBoxKey(join(dir, 'none')), { code: 'key/missing' });
  for (const name of ['half', 'empty', 'p256', 'public']) {
    const path = join(dir, name);
    const before = readFileSync(path);
    await t.rejects(loadBoxKey(path), { code: 'key/damaged' }, name);
    await t.rejects(ensureBoxKey(path), { code: 'key/damaged' }, name);
    t.same(readFileSync(path), before);
  }
});

t.test('a signature is for one purpose, one message, one key', async () => {
  const key = generateBoxKey();
  const other = generateBoxKey();
  const purposes: Purpose[] = [RECEIPT, 'gongyuan/manifest/v1', 'gongyuan/receipt/v2'];
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.uint8Array(),
      fc.constantFrom(...purposes),
      fc.constantFrom(...purposes),
      (a, b, p, q) => {
        const signature = sign(key, p, a);
        return (
          signature.length === 86 &&
          verify(key.publicKey, q, b, signature) === (p === q && Buffer.compare(a, b) === 0) &&
          !verify(other.publicKey, p, a, signature)
        );
      },
    ),
  );
});

t.test('bad input is a refusal, not an exception', async (t) => {
  const key = generateBoxKey();
  const signature = sign(key, RECEIPT, bytes('m'));
  for (const bad of [
    '',
    'A',
    signature.slice(1),
    `${signature}=`,
    `${signature}A`,
    signature.replace(/.$/, '_'),
    '💥'.repeat(43),
  ]) {
    t.notOk(verify(key.publicKey, RECEIPT, bytes('m'), bad), `signature ${JSON.stringify(bad)}`);
  }
  for (const bad of [
    '',
    key.publicKey.slice(1),
    `${key.publicKey}=`,
    'A'.repeat(43),
    'not base64url at all, but forty-three long!!',
  ]) {
    t.notOk(verify(bad, RECEIPT, bytes('m'), signature), `key ${JSON.stringify(bad)}`);
  }
  // The type forbids it; a purpose with a line feed would let a message move into the purpose.
  t.throws(() => sign(key, 'gongyuan/receipt/v1\nx' as Purpose, bytes('m')), TypeError);
});

t.test('raw public keys go out and come back', async (t) => {
  const key = generateBoxKey();
  t.equal(Buffer.from(key.publicKey, 'base64url').length, 32);
  const imported = importPublicKey(key.publicKey);
  t.ok(imported && exportPublicKey(imported) === key.publicKey);
  t.equal(importPublicKey('AAAA'), null);
});

t.test('openssl verifies what the box signs', async (t) => {
  const dir = t.testdir();
  const key = generateBoxKey();
  const message = bytes('{"answer":"留"}');
  writeFileSync(
    join(dir, 'pub.pem'),
    importPublicKey(key.publicKey)?.export({ type: 'spki', format: 'pem' }) ?? '',
  );
  writeFileSync(join(dir, 'sig'), Buffer.from(sign(key, RECEIPT, message), 'base64url'));
  writeFileSync(join(dir, 'signed'), Buffer.concat([bytes('gongyuan/receipt/v1\n'), message]));
  const args = [
    'pkeyutl',
    '-verify',
    '-pubin',
    '-inkey',
    'pub.pem',
    '-rawin',
    '-in',
    'signed',
    '-sigfile',
    'sig',
  ];
  t.match(execFileSync('openssl', args, { cwd: dir, encoding: 'utf8' }), /Signature Verified Successfully/);
});
