/** Release codes against age itself: any n of the m cards give back the very identity, and fewer give nothing. */
import fc from 'fast-check';
import t from 'tap';
import { releaseTag } from '#node/release/release-codes.ts';
import { generateIdentity, recipientOf } from '#node/sealing/age-file.ts';
import { bytesOfIdentity, identityOfBytes } from '#node/sealing/identity-bytes.ts';
import { combineCodes, readReleaseCode, splitIdentity } from './release-codes.ts';

const SESSION = 'se_0000000000000001';

t.test('identities are bytes and back, as age writes them', async (t) => {
  for (let i = 0; i < 20; i++) {
    const { identity } = await generateIdentity();
    const bytes = bytesOfIdentity(identity);
    t.ok(bytes && bytes.length === 32);
    t.equal(bytes && identityOfBytes(bytes), identity);
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
      const identity = identityOfBytes(bytes);
      // age checks the checksum: an encoding of our own making would have no recipient.
      return (
        (await recipientOf(identity)) !== null &&
        Buffer.from(bytes).equals(bytesOfIdentity(identity) ?? bytes.subarray(1))
      );
    }),
    { numRuns: 30 },
  );
  const { identity } = await generateIdentity();
  const last = identity.at(-1) === 'Q' ? 'P' : 'Q';
  for (const bad of [
    '',
    identity.toLowerCase(),
    identity.slice(0, -1) + last,
    `${identity}Q`,
    identity.slice(0, -1),
  ])
    t.equal(bytesOfIdentity(bad), null);
});

t.test('any n of m give the identity, in any order, and more than n as well', async (t) => {
  const { identity } = await generateIdentity();
  for (const [n, m] of [
    [2, 2],
    [2, 3],
    [3, 5],
    [15, 15],
  ] as const) {
    const codes = await splitIdentity(identity, n, m, SESSION);
    t.equal(new Set(codes).size, m);
    t.equal(await combineCodes(codes.toReversed().slice(0, n)), identity, `${n} of ${m}`);
    t.equal(await combineCodes(codes), identity, `all ${m}`);
  }
});

t.test('what does not fit together is told', async (t) => {
  const { identity, recipient } = await generateIdentity();
  const other = await generateIdentity();
  const [a = '', b = '', c = ''] = await splitIdentity(identity, 2, 3, SESSION);
  const [elsewhere = ''] = await splitIdentity(identity, 2, 3, 'se_0000000000000002');
  const [renewed = ''] = await splitIdentity(other.identity, 2, 3, SESSION);
  const [three = ''] = await splitIdentity(identity, 3, 3, SESSION);
  await t.rejects(combineCodes([a, a.toLowerCase()]), { code: 'release/code-twice' });
  await t.rejects(combineCodes([a, elsewhere]), { code: 'release/code-other-session' });
  await t.rejects(combineCodes([a, renewed]), { code: 'release/code-other-session' });
  await t.rejects(combineCodes([a, three]), { code: /release\/(codes-mismatch|code-twice)/ });
  await t.rejects(combineCodes([a]), { code: 'release/codes-mismatch' });
  await t.rejects(combineCodes([]), { code: 'release/codes-mismatch' });
  await t.rejects(combineCodes([a, b.slice(0, -1)]), {
    code: 'release/code-wrong',
    detail: { fault: 'too-short', characters: 79 },
  });
  const slip = `${a[0] === '0' ? '1' : '0'}${a.slice(1)}`;
  await t.rejects(combineCodes([slip, b]), {
    code: 'release/code-wrong',
    detail: { fault: 'group', group: 1 },
  });
  t.equal(await combineCodes([c, a]), identity);
  t.same(readReleaseCode(a, releaseTag(SESSION, recipient)).m, 3);
  t.throws(() => readReleaseCode(a, releaseTag(SESSION, other.recipient)), {
    code: 'release/code-other-session',
  });
});

t.test(
  'shares of two splits of one identity give another one: the caller compares the recipient',
  async (t) => {
    const { identity, recipient } = await generateIdentity();
    const first = await splitIdentity(identity, 2, 2, SESSION);
    const second = await splitIdentity(identity, 2, 2, SESSION);
    const mixed = await combineCodes([first[0] ?? '', second[1] ?? '']).catch(() => '');
    t.not(await recipientOf(mixed), recipient);
  },
);

t.test('no codes of nonsense', async (t) => {
  const { identity } = await generateIdentity();
  for (const [n, m] of [
    [1, 2],
    [3, 2],
    [2, 16],
    [0, 0],
  ] as const)
    await t.rejects(splitIdentity(identity, n, m, SESSION), RangeError);
  await t.rejects(splitIdentity('AGE-SECRET-KEY-1', 2, 3, SESSION), TypeError);
});
