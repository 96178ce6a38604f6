import fc from 'fast-check';
import t from 'tap';
import type { Revision } from '#protocol/revision.ts';
import { MemoryStore } from '../../test/memory-store.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { hashText } from './bytes.ts';
import { type Change, genesis, type Journal, openJournal } from './journal.ts';
import { Writer } from './writer.ts';

const KEY = 'D'.repeat(87);
const ATTEMPT = `at_${'0'.repeat(16)}`;
const STREAM = { attempt: ATTEMPT, epoch: 1, base: genesis(ATTEMPT, 1, KEY) };

function setUp() {
  const time = new VirtualTime();
  const store = new MemoryStore();
  const writer = new Writer(store, time, () => undefined);
  return { time, store, writer };
}

const choose = (item: string, v: string): Change => ({ item, op: { t: 'set', resp: 'r', v }, at: 5 });

t.test('entries chain from the genesis, and are the same after a reload', async (t) => {
  const { time, store, writer } = setUp();
  const journal = await openJournal({ store, writer }, STREAM);
  t.equal(journal.head.rev, 0);
  journal.append(choose('q1', 'A'));
  journal.append({ item: 'q1', op: { t: 'mark', on: true }, at: 7 });
  t.equal(journal.durable, 0, 'nothing is durable before the transaction is complete');
  t.equal(journal.sendable, 0);
  await time.pass(10);
  t.equal(journal.durable, 2);
  const [first, second] = [...journal.revisions()];
  t.equal(first?.prev, STREAM.base.hash);
  t.equal(second?.prev, journal.hashAt(1));
  t.equal(hashText(journal.range(2, 2)[0]?.text ?? ''), journal.head.hash);
  const again = await openJournal({ store, writer }, STREAM);
  t.same(again.head, journal.head);
  t.same([...again.revisions()], [first, second]);
  t.equal(again.hashAt(3), null);
  t.same(again.range(1, 5).length, 2);
});

t.test('an entry of more than 32 KiB is not taken', async (t) => {
  const { store, writer } = setUp();
  const journal = await openJournal({ store, writer }, STREAM);
  t.equal(journal.append(choose('q1', '好'.repeat(11_000))), null);
  t.equal(journal.fits(choose('q1', '好'.repeat(11_000))), false);
  t.equal(journal.fits(choose('q1', 'a'.repeat(32_000))), true);
  t.equal(journal.head.rev, 0);
});

t.test('damage on the disk ends the chain before it', async (t) => {
  const { time, store, writer } = setUp();
  const journal = await openJournal({ store, writer }, STREAM);
  for (const v of ['A', 'B', 'C', 'D']) journal.append(choose('q1', v));
  await time.pass(10);
  const third = (await store.get('entries', [ATTEMPT, 1, 3])) as { text: string; hash: string };
  await store.write([
    { in: 'entries', key: [ATTEMPT, 1, 3], put: { ...third, text: third.text.replace('"C"', '"X"') } },
  ]);
  const again = await openJournal({ store, writer }, STREAM);
  t.equal(again.head.rev, 2);
  await time.pass(10);
  again.append(choose('q1', 'E'));
  await time.pass(10);
  t.equal(again.durable, 3, 'the place of the damaged entries is free again');
});

t.test(
  'a disk that fails is tried again; from the third failure on entries may be sent from memory',
  async (t) => {
    const { time, store, writer } = setUp();
    const journal = await openJournal({ store, writer }, STREAM);
    store.fault = 'quota';
    journal.append(choose('q1', 'A'));
    await time.pass(100);
    t.equal(writer.failing, false);
    t.equal(journal.sendable, 0);
    await time.pass(5_000);
    t.equal(writer.failing, true);
    t.equal(journal.sendable, 1);
    t.equal(await writer.settle(), false);
    store.fault = 'none';
    await time.pass(6_000);
    t.equal(writer.failing, false);
    t.equal(journal.durable, 1);
    t.equal(await writer.settle(), true);
  },
);

t.test('a write that was reported as failed and is there all the same is found', async (t) => {
  const { time, store, writer } = setUp();
  const journal = await openJournal({ store, writer }, STREAM);
  store.fault = 'unsure';
  journal.append(choose('q1', 'A'));
  await time.pass(50);
  store.fault = 'none';
  journal.append(choose('q1', 'B'));
  await time.pass(2_000);
  t.equal(journal.durable, 2);
  t.equal(writer.conflict, false);
});

t.test(
  'another page that writes under the same stream is noticed, and this one writes no more',
  async (t) => {
    const { time, store, writer } = setUp();
    const other = new Writer(store, time, () => undefined);
    const mine = await openJournal({ store, writer }, STREAM);
    const theirs = await openJournal({ store, writer: other }, STREAM);
    theirs.append(choose('q1', 'theirs'));
    await time.pass(10);
    mine.append(choose('q1', 'mine'));
    await time.pass(1_000);
    t.equal(writer.conflict, true);
    t.equal(mine.durable, 0);
    const kept = (await store.get('entries', [ATTEMPT, 1, 1])) as { text: string };
    t.equal((JSON.parse(kept.text) as Revision).op.t, 'set');
    t.match(kept.text, /theirs/);
  },
);

t.test(
  'whatever the disk does, the journal reads back as a chain without gaps, up to what it called durable',
  async (t) => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('append' as const) },
      { weight: 2, arbitrary: fc.constant('wait' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('none' as const, 'quota' as const, 'unsure' as const, 'failed' as const),
      },
      { weight: 1, arbitrary: fc.constant('reopen' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { time, store } = setUp();
        let page = { writer: new Writer(store, time, () => undefined), journal: null as Journal | null };
        page.journal = await openJournal({ store, writer: page.writer }, STREAM);
        let durable = 0;
        for (const one of steps) {
          const { journal } = page;
          if (!journal) return;
          if (one === 'append') journal.append(choose('q1', String(journal.head.rev)));
          else if (one === 'wait') await time.pass(700);
          else if (one === 'reopen') {
            page.writer.stop();
            page = { writer: new Writer(store, time, () => undefined), journal: null };
            page.journal = await openJournal({ store, writer: page.writer }, STREAM);
            if (page.journal.head.rev < durable) throw new Error('what was durable is gone');
          } else store.fault = one;
          durable = Math.max(durable, page.journal?.durable ?? 0);
        }
      }),
      { numRuns: 150 },
    );
    t.pass();
  },
);
