import canonicalize from 'canonicalize';
import fc from 'fast-check';
import t from 'tap';
import { Check } from 'typebox/value';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { Revision as RevisionSchema } from '#protocol/revision.schema.ts';
import { REVISION_LIMITS, type Revision, type RevisionOp } from '#protocol/revision.ts';
import {
  checkRevision,
  encodeFrame,
  encodeRevision,
  encodeValue,
  genesisText,
  isWellFormed,
  parseStream,
  streamId,
} from './revision.ts';

const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const of = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const identifier = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.constantFrom('__proto__', 'RESPONSE', '题一'),
  )
  .map((s) => s.replace(/[\u0000-\u001f\u007f]/g, '_'));
const count = fc.maxSafeNat();
const hash = of('ABCXYZabcxyz0189-_', 43);
const value = fc.oneof(
  fc.constant(null),
  text(40),
  fc.array(text(10), { maxLength: 6 }),
  fc.array(fc.tuple(identifier, identifier), { maxLength: 5 }),
  fc.record({ name: identifier, bytes: count, sha256: of('0123456789abcdef', 64), type: text(20) }),
);
const op: fc.Arbitrary<RevisionOp> = fc.oneof(
  fc.record({ t: fc.constant('set' as const), resp: identifier, v: value }),
  fc.record({ t: fc.constant('splice' as const), resp: identifier, at: count, del: count, ins: text(60) }),
  fc.record({ t: fc.constant('mark' as const), on: fc.boolean() }),
  fc.record({ t: fc.constant('go' as const) }),
  fc.record({ t: fc.constant('play' as const), media: identifier, plays: count, ms: count }),
);
const stream = fc
  .tuple(of(digits, 16), fc.integer({ min: 1, max: 999_999 }))
  .map(([id, epoch]) => `at_${id}.${epoch}`);
const revision: fc.Arbitrary<Revision> = fc.record({
  at: count,
  item: identifier,
  op,
  prev: hash,
  rev: fc.integer({ min: 1, max: REVISION_LIMITS.perStream }),
  stream,
});

t.test('the fixed-order encoding is canonical JSON', async () => {
  fc.assert(
    fc.property(revision, (r) => encodeRevision(r) === canonicalize(r)),
    { numRuns: 2_000 },
  );
  fc.assert(fc.property(value, (v) => encodeValue(v) === canonicalize(v)));
  fc.assert(
    fc.property(fc.array(revision, { maxLength: 4 }), (all) => {
      return encodeFrame(all.map(encodeRevision)) === canonicalize({ t: 'rev', e: all });
    }),
  );
});

t.test('what was encoded comes back the same and is taken', async () => {
  fc.assert(
    fc.property(revision, (r) => {
      const again: unknown = JSON.parse(encodeRevision(r));
      const checked = checkRevision(again);
      return checked !== null && encodeRevision(checked) === encodeRevision(r);
    }),
    { numRuns: 1_000 },
  );
});

/** What arrives, as the box takes it: the right shape, and bytes equal to their own re-encoding. */
function taken(x: unknown): boolean {
  const checked = checkRevision(x);
  return checked !== null && encodeRevision(checked) === JSON.stringify(x, sortedKeys);
}
function sortedKeys(_key: string, v: unknown): unknown {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return v;
  return Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)));
}
function strings(x: unknown): string[] {
  if (typeof x === 'string') return [x];
  return typeof x === 'object' && x !== null ? Object.entries(x).flat().flatMap(strings) : [];
}

const junk = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    true,
    0,
    1.5,
    -1,
    2 ** 53,
    '',
    'go',
    'set',
    [],
    {},
    [['A']],
    [['A', 'B', 'C']],
  ),
  fc.constantFrom('\u0000', 'a\u007f', '\ud83d', 'x'.repeat(128), 'x'.repeat(129)),
  fc.jsonValue({ maxDepth: 1 }),
);
/** Valid revisions with something in them replaced, taken out or put in. */
const spoiled = fc
  .tuple(revision, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), junk)
  .map(([r, at, how, put]) => {
    const copy = JSON.parse(JSON.stringify(r)) as Record<string, unknown>;
    const places: [Record<string, unknown>, string][] = [];
    const walk = (x: unknown) => {
      if (typeof x !== 'object' || x === null) return;
      for (const key of Object.keys(x)) {
        places.push([x as Record<string, unknown>, key]);
        walk((x as Record<string, unknown>)[key]);
      }
    };
    walk(copy);
    const [place, key] = places[at % places.length] as [Record<string, unknown>, string];
    if (how === 'remove') delete place[key];
    else place[how === 'add' && !Array.isArray(place) ? 'more' : key] = put;
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });

t.test('the fast check and the schema agree on everything that is well-formed', async () => {
  // The schema counts code points and knows no lone surrogates: the check is stricter there, and only there.
  fc.assert(
    fc.property(spoiled, (x) => {
      fc.pre(strings(x).every(isWellFormed));
      return taken(x) === Check(RevisionSchema, x);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(spoiled, (x) => !taken(x) || Check(RevisionSchema, x)),
    { numRuns: 2_000 },
  );
});

t.test('limits hold to the unit', async (t) => {
  const base: Revision = {
    at: 0,
    item: 'Q1',
    op: { t: 'go' },
    prev: 'A'.repeat(43),
    rev: 1,
    stream: 'at_0000000000000001.1',
  };
  const good = (r: unknown) => {
    t.ok(taken(r));
    t.ok(Check(RevisionSchema, r));
  };
  const bad = (r: unknown) => {
    t.notOk(taken(r));
    t.notOk(Check(RevisionSchema, r));
  };
  const set = (v: unknown) => ({ ...base, op: { t: 'set', resp: 'R', v } });
  const ins = (n: number) => ({ ...base, op: { t: 'splice', resp: 'R', at: 0, del: 0, ins: 'x'.repeat(n) } });
  good({ ...base, rev: REVISION_LIMITS.perStream });
  bad({ ...base, rev: REVISION_LIMITS.perStream + 1 });
  bad({ ...base, rev: 0 });
  good(ins(REVISION_LIMITS.spliceUnits));
  bad(ins(REVISION_LIMITS.spliceUnits + 1));
  good(set('x'.repeat(VALUE_LIMITS.textUnits)));
  bad(set('x'.repeat(VALUE_LIMITS.textUnits + 1)));
  good(set(Array(VALUE_LIMITS.values).fill('x')));
  bad(set(Array(VALUE_LIMITS.values + 1).fill('x')));
  good({ ...base, item: '题'.repeat(VALUE_LIMITS.identifier) });
  bad({ ...base, item: '题'.repeat(VALUE_LIMITS.identifier + 1) });
  good({ ...base, at: Number.MAX_SAFE_INTEGER });
  bad({ ...base, at: Number.MAX_SAFE_INTEGER + 1 });
  for (const name of [
    'at_0000000000000001',
    'at_0000000000000001.0',
    'at_0000000000000001.01',
    'at_000000000000000i.1',
  ])
    bad({ ...base, stream: name });
  t.notOk(taken({ ...base, at: -0 }), 'minus nought has no canonical form of its own');
  t.notOk(taken(set('half an emoji \ud83d')));
  t.equal(isWellFormed('\ud83d\ude00'), true);
});

t.test('names of streams', async (t) => {
  t.same(parseStream(streamId('at_0123456789abcdef', 12)), { attempt: 'at_0123456789abcdef', epoch: 12 });
  t.equal(parseStream('at_0123456789abcdef.1000000'), null);
  t.equal(parseStream('en_0123456789abcdef.1'), null);
  t.equal(genesisText('at_0123456789abcdef.1', 'KEY'), 'gongyuan/stream/v1\nat_0123456789abcdef.1\nKEY');
});
