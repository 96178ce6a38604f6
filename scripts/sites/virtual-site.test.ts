/** Virtual sites are as real as a verifier can tell, the same for the same seed, and packed as a box packs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { KnownEvent } from '#node/ledger/event-types.ts';
import { FaultList } from '#node/ledger/faults.ts';
import { readEvent } from '#node/ledger/read-event.ts';
import { StreamAudit } from '#node/ledger/stream-audit.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { generateBoxKey } from '#node/signing/box-key.ts';
import { openBatch } from '#node/sync/batch-file.ts';
import { type Cast, packSites, propsOf, siteOf } from './pack.ts';
import { eventsOf } from './virtual-site.ts';

const cast: Cast = { seed: 'test', sites: 3, candidates: 42, revisions: 25 };
const props = propsOf(cast);
const texts = [...siteOf(cast, props, 1).events()];

t.test('every event, chain, signature and receipt holds', async (t) => {
  const faults = new FaultList();
  const audit = new StreamAudit(faults);
  const kinds = new Set<string>();
  for (const [seq, text] of texts.entries()) {
    const kind = /"kind":"([A-Z_]+)","wall":\d+\}$/.exec(text)?.[1] ?? '';
    const event = readEvent({ seq, kind, attemptPrev: null, type: 'text', bytes: Buffer.from(text) }, faults);
    if (event) audit.take(seq, event as KnownEvent); // readEvent has compared the body with its kind
    kinds.add(kind);
  }
  audit.end();
  t.same(faults.kept, []);
  t.equal(audit.signatures.submissions, cast.candidates);
  t.ok(audit.signatures.heads >= cast.candidates * 12, `${audit.signatures.heads} signed heads`);
  t.ok(kinds.size >= 20, `${kinds.size} kinds of events`);
  const guessed = eventsOf(cast);
  t.ok(Math.abs(texts.length - guessed) < guessed / 10, `${texts.length} events, reckoned ${guessed}`);
});

t.test('the same seed gives the same site, another number another one', async (t) => {
  // ECDSA takes a random number for each signature: those of devices differ, and nothing else does.
  const plain = (of: Iterable<string>) => [...of].map((text) => text.replace(/"sig":"[^"]{86}"/, '"sig":""'));
  t.same(plain(siteOf(cast, propsOf(cast), 1).events()), plain(texts));
  const [one, two] = [siteOf(cast, props, 1), siteOf(cast, props, 2)];
  t.not(one.key.publicKey, two.key.publicKey);
  t.not(one.ledger, two.ledger);
  const attempts = (of: Iterable<string>) =>
    new Set([...of].flatMap((text) => /"attempt":"(at_[^"]+)"/.exec(text)?.[1] ?? []));
  const [here, there] = [attempts(texts), attempts(two.events())];
  t.equal(here.size, cast.candidates);
  t.same(
    [...here].filter((attempt) => there.has(attempt)),
    [],
    'no attempt is of two sites',
  );
});

t.test('batches open at headquarters and lead to the root that the index names', async (t) => {
  const file = join(t.testdir({}), 'batches.bin');
  const hq = generateBoxKey();
  const { identity, recipient } = await generateIdentity();
  const long: Cast = { ...cast, candidates: 60, revisions: 60 };
  const packed = await packSites(long, { hq: hq.publicKey, recipients: [recipient] }, file, {
    from: 1,
    step: 2,
  });
  const all = readFileSync(file);
  t.equal(packed.length, 1, 'of three sites, every second from the second');
  const [site] = packed;
  t.ok(site && site.batches.length > 1, 'more than one batch');
  let events = 0;
  let root = '';
  for (const { from, offer, batch } of site?.batches ?? []) {
    const opened = await openBatch(all.subarray(from, from + offer.bytes), [identity], hq.publicKey);
    t.match(opened.header, { site: offer.site, first: events, last: offer.last, root: offer.root });
    t.match(batch, /^[0-9a-f]{64}$/);
    t.equal(
      opened.header.checkpoints.length,
      Math.floor((offer.last + 1) / 1_000) - Math.floor(events / 1_000),
    );
    events = offer.last + 1;
    root = offer.root;
  }
  t.equal(events, site?.events);
  t.equal(root, site?.root);
});
