import canonicalize from 'canonicalize';
import fc from 'fast-check';
import t from 'tap';
import { checkpointOrigin, encodeCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { decodeEvent, encodeEvent } from './event.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', '10', '9', 'é', 'e')), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value;
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

t.test('an event put together from parts is canonical JSON', async () => {
  const parts = fc.record({
    at: fc.maxSafeNat(),
    attempt: optional(fc.constant('at_0123456789abcdef')),
    body: json,
    by: optional(
      fc
        .record({ staff: optional(text), machine: optional(text), address: optional(text) })
        // Absent, not undefined: the type has it so.
        .map((by) => Object.fromEntries(Object.entries(by).filter(([, value]) => value !== undefined))),
    ),
    kind: fc.constantFrom('ANSWER_REVISED', 'BOX_STARTED'),
    wall: fc.maxSafeInteger(),
  });
  fc.assert(
    fc.property(parts, ({ at, attempt, body, by, kind, wall }) => {
      const encoded = encodeEvent({ at, attempt, body: canonicalize(body) ?? '', by, kind, wall });
      const plain = { at, body, kind, wall, ...(attempt && { attempt }), ...(by && { by }) };
      return encoded === canonicalize(plain) && canonicalize(decodeEvent(encoded)) === encoded;
    }),
    { numRuns: 2_000 },
  );
});

t.test('checkpoints are three lines, and nothing else is taken for one', async (t) => {
  const root = Buffer.alloc(32, 7).toString('base64');
  const origin = checkpointOrigin('XZ01', 'bx_1', 2);
  t.equal(origin, 'XZ01/bx_1/2');
  const checkpoint = { origin, size: 300, root };
  t.equal(encodeCheckpoint(checkpoint), `XZ01/bx_1/2\n300\n${root}\n`);
  t.same(parseCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
  for (const wrong of [
    '',
    `${origin}\n0300\n${root}\n`,
    `${origin}\n-1\n${root}\n`,
    `\n300\n${root}\n`,
    `${origin}\n300\n${root.slice(0, 40)}\n`,
    `${origin}\n300\n${root}`,
  ])
    t.equal(parseCheckpoint(wrong), null, JSON.stringify(wrong));
});
