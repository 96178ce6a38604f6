import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { type BoxKey, exportPublicKey, generateBoxKey, importPublicKey } from './box-key.ts';
import { keyHash, signNote, verifierKey, verifyNote } from './note.ts';

/** The example of golang.org/x/mod/sumdb/note: key, text and signature as published there. */
const EXAMPLE = {
  signer: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n" +
    '\n' +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

function exampleKey(): BoxKey {
  const seed = Buffer.from(EXAMPLE.signer.slice(EXAMPLE.signer.lastIndexOf('+AYEK') + 1), 'base64').subarray(
    1,
  );
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: exportPublicKey(privateKey) };
}

const name = 'site.example/box/1';
const signed = (text: string) => {
  const key = generateBoxKey();
  return { key, note: signNote(text, name, key), trusted: [{ name, publicKey: key.publicKey }] };
};

t.test('the published example: same key, same hash, same note', async (t) => {
  const key = exampleKey();
  const trusted = { name: 'PeterNeumann', publicKey: key.publicKey };
  t.equal(verifierKey(trusted), EXAMPLE.verifier);
  t.equal(keyHash(trusted).toString('hex'), 'c74f20a3');
  const text = EXAMPLE.note.slice(0, EXAMPLE.note.indexOf('\n\n') + 1);
  t.equal(signNote(text, 'PeterNeumann', key), EXAMPLE.note);
  t.equal(verifyNote(EXAMPLE.note, [trusted]), text);
});

t.test('every text goes through, every change is found', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (body, at) => {
      const text = `origin\n${body.replace(/[\u0000-\u001f]/g, ' ')}\n`;
      const { note, trusted } = signed(text);
      const place = at % (text.length - 1);
      const changed = `${note.slice(0, place)}${note[place] === 'x' ? 'y' : 'x'}${note.slice(place + 1)}`;
      return verifyNote(note, trusted) === text && verifyNote(changed, trusted) === null;
    }),
  );
});

t.test('texts with empty lines keep them', async (t) => {
  const text = 'origin\n\nbody\n\n';
  const { note, trusted } = signed(text);
  t.equal(verifyNote(note, trusted), text);
});

t.test('unknown keys are passed over, a false line of a known key spoils the note', async (t) => {
  const { note, key, trusted } = signed('origin\n1\n');
  const witness = signNote('origin\n1\n', 'witness', generateBoxKey()).split('\n\n')[1] ?? '';
  t.equal(verifyNote(note + witness, trusted), 'origin\n1\n');
  t.equal(verifyNote(note, [{ name: 'someone', publicKey: key.publicKey }]), null);
  t.equal(verifyNote(note, []), null);
  const lie = signNote('origin\n2\n', name, key).split('\n\n')[1] ?? '';
  t.equal(verifyNote(note + lie, trusted), null);
  t.equal(verifyNote(note, [{ name, publicKey: generateBoxKey().publicKey }]), null, 'same name, other key');
});

t.test('notes out of form are refused', async (t) => {
  const { note, trusted } = signed('origin\n1\n');
  const line = note.split('\n\n')[1] ?? '';
  for (const bad of [
    '',
    '\n',
    '\n\n',
    'origin\n1\n',
    note.slice(0, -1),
    note.replace('— ', '- '),
    note.replace('\n\n', '\n'),
    `${note}x\n`,
    note.replace(/.\n$/, '\n'),
    `origin\r\n1\n\n${line}`,
  ]) {
    t.equal(verifyNote(bad, trusted), null, JSON.stringify(bad));
  }
});

t.test('what must not be signed is not signed', async (t) => {
  const key = generateBoxKey();
  for (const text of ['', 'no end', 'a\tb\n', 'half \ud83d\n', 'gongyuan/receipt/v1\nx\n']) {
    t.throws(() => signNote(text, name, key), TypeError, JSON.stringify(text));
  }
  for (const bad of ['', 'two words', 'a+b', 'line\nfeed', 'wide\u3000blank']) {
    t.throws(() => signNote('origin\n', bad, key), TypeError, JSON.stringify(bad));
  }
});

t.test('openssl verifies the signature line', async (t) => {
  const dir = t.testdir();
  const { key, note } = signed('site/box/1\n3\nroot\n');
  const blob = Buffer.from(note.trimEnd().split(' ').at(-1) ?? '', 'base64');
  writeFileSync(
    join(dir, 'pub.pem'),
    importPublicKey(key.publicKey)?.export({ type: 'spki', format: 'pem' }) ?? '',
  );
  writeFileSync(join(dir, 'sig'), blob.subarray(4));
  writeFileSync(join(dir, 'text'), 'site/box/1\n3\nroot\n');
  const args = [
    'pkeyutl',
    '-verify',
    '-pubin',
    '-inkey',
    'pub.pem',
    '-rawin',
    '-in',
    'text',
    '-sigfile',
    'sig',
  ];
  t.match(execFileSync('openssl', args, { cwd: dir, encoding: 'utf8' }), /Signature Verified Successfully/);
});
