/** A package's file from any byte to any byte, and what a Range header means. */
import fc from 'fast-check';
import t from 'tap';
import { headBytes } from '#node/packages/package-file.ts';
import { parseRange, readPackage } from './package-reader.ts';

const plan = Buffer.from('the plan, sealed');
const files: Record<string, Uint8Array> = {
  'pa_0000000000000001/f0.age': Buffer.from('a paper'),
  'pa_0000000000000001/f1.age': new Uint8Array(0),
  'pa_0000000000000002/f0.age': Buffer.alloc(3_000, 'another'),
};
const header = JSON.stringify({
  parts: [
    { name: 'plan.age', bytes: plan.length },
    ...Object.entries(files).map(([name, bytes]) => ({ name, bytes: bytes.length })),
  ],
});
const stored = { header, signature: 'signature', plan };
const whole = Buffer.concat([headBytes(header, 'signature'), plan, ...Object.values(files)]);
// As a database would: never more than asked for, and here never more than 1,000 bytes at once.
const read = async (paper: string, file: string, from: number, length: number) =>
  files[`${paper}/${file}`]?.subarray(from, from + Math.min(length, 1_000)) ?? new Uint8Array(0);
async function bytes(from: number, to: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readPackage(stored, read, from, to)) pieces.push(piece);
  return Buffer.concat(pieces);
}

t.test('any stretch of the file is that stretch', async (t) => {
  t.same(await bytes(0, whole.length), whole);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.nat(whole.length), async (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return (await bytes(from, to)).equals(whole.subarray(from, to));
    }),
  );
});

t.test('a file that is gone breaks the stream: a short package is never passed off as whole', async (t) => {
  const gone = async () => new Uint8Array(0);
  const drain = async () => {
    for await (const _ of readPackage(stored, gone, 0, whole.length));
  };
  await t.rejects(drain(), /ends after 0 of 7 bytes/);
});

t.test('Range headers', async (t) => {
  for (const [header, meant] of [
    ['bytes=0-', { from: 0, to: 100 }],
    ['bytes=10-19', { from: 10, to: 20 }],
    ['bytes=90-900', { from: 90, to: 100 }],
    ['bytes=99-99', { from: 99, to: 100 }],
    ['bytes=-10', { from: 90, to: 100 }],
    ['bytes=-900', { from: 0, to: 100 }],
    ['bytes=100-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=20-10', null],
    ['bytes=0-1,5-6', null],
    ['bytes=-', null],
    ['lines=0-1', null],
    [undefined, null],
  ] as const)
    t.same(parseRange(header, 100), meant, header ?? 'none');
});
