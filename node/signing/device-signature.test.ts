import fc from 'fast-check';
import t from 'tap';
import { encodeBase64url } from './base64url.ts';
import { deviceVerifier, importDeviceKey, verifyDevice } from './device-signature.ts';

const HEAD = 'gongyuan/head/v1';
const bytes = (text: string) => new TextEncoder().encode(text);

/** A candidate's machine: WebCrypto as the browser has it. */
async function device() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const publicKey = encodeBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  const sign = async (purpose: string, message: Uint8Array) => {
    const signed = Buffer.concat([bytes(`${purpose}\n`), message]);
    return encodeBase64url(
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, signed)),
    );
  };
  return { publicKey, sign };
}

t.test('what WebCrypto signs is verified, for this purpose, message and key alone', async (t) => {
  const [one, two] = await Promise.all([device(), device()]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (message) => {
      const signature = await one.sign(HEAD, message);
      const changed = Uint8Array.from([...message, 0]);
      return (
        verifyDevice(one.publicKey, HEAD, message, signature) &&
        !verifyDevice(two.publicKey, HEAD, message, signature) &&
        !verifyDevice(one.publicKey, 'gongyuan/socket/v1', message, signature) &&
        !verifyDevice(one.publicKey, HEAD, changed, signature)
      );
    }),
    { numRuns: 40 },
  );
  t.pass();
});

t.test('any single flipped bit is found', async (t) => {
  const { publicKey, sign } = await device();
  const signature = Buffer.from(await sign(HEAD, bytes('m')), 'base64url');
  const verifier = deviceVerifier();
  for (let bit = 0; bit < 512; bit += 7) {
    const bad = Buffer.from(signature);
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (verifier.verifyDevice(publicKey, HEAD, bytes('m'), bad.toString('base64url'))) t.fail(`bit ${bit}`);
  }
  t.ok(verifier.verifyDevice(publicKey, HEAD, bytes('m'), signature.toString('base64url')));
});

t.test('bad input is false', async (t) => {
  const { publicKey, sign } = await device();
  const signature = await sign(HEAD, bytes('m'));
  const point = Buffer.from(publicKey, 'base64url');
  const offCurve = Buffer.from(point);
  offCurve[64] = (offCurve[64] ?? 0) ^ 1;
  const compressed = Buffer.concat([Buffer.of(2 + ((point[64] ?? 0) & 1)), point.subarray(1, 33)]);
  const badKeys = {
    empty: '',
    short: publicKey.slice(0, -4),
    padded: `${publicKey}=`,
    'off the curve': offCurve.toString('base64url'),
    compressed: compressed.toString('base64url'),
    infinity: 'AA',
    zero: Buffer.alloc(65).toString('base64url'),
    'zero point': Buffer.concat([Buffer.of(4), Buffer.alloc(64)]).toString('base64url'),
    'beyond the field': Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)]).toString('base64url'),
    hybrid: Buffer.concat([Buffer.of(6 + ((point[64] ?? 0) & 1)), point.subarray(1)]).toString('base64url'),
  };
  for (const [name, key] of Object.entries(badKeys)) {
    t.equal(importDeviceKey(key), null, name);
    t.equal(verifyDevice(key, HEAD, bytes('m'), signature), false, name);
  }
  const scalar = Buffer.from(signature, 'base64url');
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const badSignatures = {
    empty: '',
    zeros: Buffer.alloc(64).toString('base64url'),
    'r zero': Buffer.concat([Buffer.alloc(32), scalar.subarray(32)]).toString('base64url'),
    's zero': Buffer.concat([scalar.subarray(0, 32), Buffer.alloc(32)]).toString('base64url'),
    's the order': Buffer.concat([scalar.subarray(0, 32), order]).toString('base64url'),
    long: Buffer.concat([scalar, Buffer.alloc(1)]).toString('base64url'),
    der: '3006020101020101',
    'standard alphabet': scalar.toString('base64'),
  };
  for (const [name, bad] of Object.entries(badSignatures)) {
    t.equal(verifyDevice(publicKey, HEAD, bytes('m'), bad), false, name);
  }
  fc.assert(fc.property(fc.string(), fc.string(), (key, sig) => !verifyDevice(key, HEAD, bytes('m'), sig)));
});

t.test('imported keys are kept, but no more than told', async (t) => {
  const verifier = deviceVerifier(2);
  const devices = await Promise.all([device(), device(), device()]);
  for (const { publicKey, sign } of [...devices, ...devices]) {
    t.ok(verifier.verifyDevice(publicKey, HEAD, bytes('m'), await sign(HEAD, bytes('m'))));
    t.ok(verifier.cached <= 2);
  }
  t.notOk(verifier.verifyDevice('nonsense', HEAD, bytes('m'), await devices[0].sign(HEAD, bytes('m'))));
  t.equal(verifier.cached, 2, 'bad keys are not kept');
});
