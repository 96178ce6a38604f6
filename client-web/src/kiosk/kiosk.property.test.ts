/**
 * The promise of the whole house on the client's side: whatever the network, the box, the browser and the disk do, what
 * the candidate was told is safe is there, and in the end box and machine agree. Runs of random disasters; a failing
 * run prints its seed.
 */
import fc from 'fast-check';
import t from 'tap';
import { parseStream } from '#domain/attempt/revision.ts';
import type { Revision } from '#protocol/revision.ts';
import { Candidate } from '../../test/candidate.ts';
import { ITEMS, seeded, TICKET, World } from '../../test/kiosk-world.ts';
import { hashText } from '../journal/bytes.ts';

type Act =
  | { do: 'type'; item: number; ins: string; at: number; del: number }
  | { do: 'paste'; item: number; units: number }
  | { do: 'choose'; item: number; value: string[] }
  | { do: 'mark'; item: number; on: boolean }
  | { do: 'go'; item: number }
  | { do: 'wait'; ms: number }
  | { do: 'cut' }
  | { do: 'away'; ms: number }
  | { do: 'restart' }
  | { do: 'older'; epoch: boolean }
  | { do: 'copy' }
  | { do: 'reload'; offline: boolean }
  | { do: 'line'; loss: number; doubling: number; lateness: number; slowMs: number }
  | { do: 'disk'; fault: 'none' | 'quota' | 'failed' | 'unsure' }
  /** The disk refuses, only the box gets it; reloaded without the box, written on over what the disk had. */
  | { do: 'amnesia'; item: number; ins: string };

const item = fc.nat(ITEMS.length - 1);
const act = <D extends Act['do'], M extends object>(
  weight: number,
  does: D,
  more: { [K in keyof M]: fc.Arbitrary<M[K]> },
) => ({
  weight,
  // `do` and the rest together are one of the acts; the compiler can't put them together again.
  arbitrary: fc.record({ do: fc.constant(does), ...more }) as unknown as fc.Arbitrary<Act>,
});
const characters = fc.string({
  unit: fc.constantFrom('a', '好', '😀', '\n', '"', '\ud83d', 'é'),
  maxLength: 8,
});
const writing = [
  act(14, 'type', { item, ins: characters, at: fc.nat(400), del: fc.nat(3) }),
  act(2, 'paste', { item, units: fc.constantFrom(240, 2_000, 2_000, 30_000) }),
  act(5, 'choose', { item, value: fc.subarray(['a', 'b', 'c']) }),
  act(1, 'mark', { item, on: fc.boolean() }),
  act(3, 'go', { item }),
  act(14, 'wait', { ms: fc.constantFrom(5, 60, 300, 300, 1_200, 6_000) }),
];
const network = [
  act(2, 'cut', {}),
  act(1, 'away', { ms: fc.constantFrom(500, 4_000, 40_000) }),
  act(1, 'restart', {}),
  act(1, 'line', {
    loss: fc.constantFrom(0, 0, 0.1, 0.3),
    doubling: fc.constantFrom(0, 0.3),
    lateness: fc.constantFrom(0, 0.5, 1),
    slowMs: fc.constantFrom(2, 50, 800),
  }),
];
const reload = [act(2, 'reload', { offline: fc.boolean() })];
const olderCopies = [act(2, 'copy', {}), act(1, 'older', { epoch: fc.boolean() })];
const disk = [act(4, 'disk', { fault: fc.constantFrom('none', 'none', 'quota', 'failed', 'unsure') })];
const amnesia = [act(1, 'amnesia', { item, ins: fc.string({ minLength: 1, maxLength: 5 }) })];

const story = (...kinds: fc.WeightedArbitrary<Act>[]) =>
  fc.array(fc.oneof(...writing, ...network, ...kinds), { minLength: 10, maxLength: 120, size: 'max' });

async function live(
  acts: readonly Act[],
  seed: number,
  renew: 'attach' | 'login' | 'never',
): Promise<string[]> {
  const world = new World(seeded(seed), { renew });
  const candidate = new Candidate(world);
  candidate.sit(await world.toExam());
  let copy = world.server.copy();
  for (const act of acts) {
    const { kiosk } = world;
    const exam = kiosk?.snapshot.stage === 'exam' ? kiosk : null;
    const on = 'item' in act ? (ITEMS[act.item] ?? 'q1') : 'q1';
    const type = (ins: string, at = 0, del = 0) =>
      candidate.type(on, (before) => before.slice(0, at) + ins + before.slice(at + del));
    switch (act.do) {
      case 'type':
        type(act.ins, act.at, act.del);
        break;
      case 'paste':
        candidate.type(on, (before) => (before + '文章😀'.repeat(act.units / 4)).slice(0, 90_000));
        break;
      case 'choose':
        candidate.choose(on, act.value);
        break;
      case 'mark':
        exam?.mark(on, act.on);
        break;
      case 'go':
        exam?.go(on);
        break;
      case 'wait':
        await world.time.pass(act.ms);
        break;
      case 'cut':
        world.cut();
        break;
      case 'away':
        world.setUp(false);
        await world.time.pass(act.ms);
        world.setUp(true);
        break;
      case 'restart':
        world.server.restart();
        break;
      case 'copy':
        copy = world.server.copy();
        break;
      case 'older':
        candidate.boxSound = false;
        copy.boxEpoch = world.server.state.boxEpoch + (act.epoch ? 1 : 0);
        world.server.restart(copy);
        await world.time.until(() => world.kiosk?.snapshot.connected !== true, 2_000, 20);
        candidate.boxSound = true;
        break;
      case 'reload':
        await reloaded(world, candidate, act.offline);
        world.setUp(true);
        break;
      case 'amnesia':
        candidate.storeSound = false;
        world.store.fault = 'failed';
        type(`${act.item}`);
        await world.time.pass(6_000);
        world.store.fault = 'none';
        await reloaded(world, candidate, true);
        type(act.ins);
        await world.time.pass(600);
        world.setUp(true);
        break;
      case 'line':
        Object.assign(world, {
          loss: act.loss,
          doubling: act.doubling,
          lateness: act.lateness,
          slowMs: act.slowMs,
        });
        break;
      case 'disk':
        world.store.fault = act.fault;
        if (act.fault !== 'none') candidate.storeSound = false;
        break;
    }
  }
  return [...(await end(world, candidate)), ...candidate.faults, ...world.server.faults];
}

async function reloaded(world: World, candidate: Candidate, offline: boolean): Promise<void> {
  if (offline) world.setUp(false);
  world.crash();
  candidate.crashed();
  const fresh = world.open();
  candidate.sit(fresh);
  await world.time.until(() => fresh.snapshot.stage === 'exam' || fresh.snapshot.stage === 'blocked', 5_000);
  if (candidate.storeSound && fresh.snapshot.stage === 'exam')
    candidate.check(fresh.snapshot.answers, 'after a reload');
}

/** Everything heals; the candidate hands in. */
async function end(world: World, candidate: Candidate): Promise<string[]> {
  Object.assign(world, { loss: 0, doubling: 0, lateness: 0, slowMs: 10 });
  world.store.fault = 'none';
  world.setUp(true);
  const kiosk = world.kiosk ?? world.open();
  await world.time.pass(20_000);
  candidate.boxSound = true;
  const calm = await world.time.until(
    () =>
      kiosk.snapshot.stage === 'exam' &&
      kiosk.snapshot.pending === 0 &&
      (kiosk.snapshot.light === 'server' || kiosk.snapshot.light === 'none'),
    300_000,
  );
  if (!calm)
    return [`no calm: ${JSON.stringify({ ...kiosk.snapshot, paper: null, attempt: null, answers: null })}`];
  candidate.check(kiosk.snapshot.answers, 'at the end');
  await world.run(kiosk.submit());
  const handedIn = await world.time.until(() => kiosk.snapshot.stage === 'done', 120_000);
  if (!handedIn) return [`no receipt: ${kiosk.snapshot.stage} ${JSON.stringify(kiosk.snapshot.error)}`];
  const faults = chains(world);
  if (kiosk.snapshot.receiptAgrees !== true) faults.push('the digests differ');
  const { answers } = world.server.content(world.server.attempt(TICKET));
  candidate.check(answers, 'on the box');
  return faults;
}

/** Each stream on the box is one chain without gaps. */
function chains(world: World): string[] {
  const faults: string[] = [];
  for (const stream of Object.values(world.server.attempt(TICKET).streams)) {
    let rev = 0;
    let prev: string | null = null;
    for (const { text } of stream.entries) {
      const revision = JSON.parse(text) as Revision;
      rev += 1;
      if (revision.rev !== rev || (prev !== null && revision.prev !== prev) || !parseStream(revision.stream))
        faults.push(`the chain is broken at ${rev}`);
      prev = hashText(text);
    }
  }
  return faults;
}

/** More runs than a test suite has time for: `RUNS=2000 SEED=7 node …`. */
const RUNS = process.env['RUNS'] ? Number(process.env['RUNS']) : undefined;

type Renewal = 'attach' | 'login' | 'never';

async function hold(t: Tap, acts: fc.Arbitrary<Act[]>, numRuns: number, ways: Renewal[]): Promise<void> {
  const given = process.env['SEED'];
  const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const renew = fc.constantFrom(...ways);
  const property = fc.asyncProperty(acts, fc.nat(1_000_000), renew, async (list, run, how) => {
    const faults = await live(list, run, how);
    if (faults.length > 0) throw new Error(faults.slice(0, 5).join('\n'));
  });
  await fc.assert(property, { numRuns, seed });
  t.pass(`${numRuns} runs`);
}

type Tap = typeof t;

t.test('network cut, slow, lossy, doubled, late; box restarted; page reloaded', (t) =>
  hold(t as Tap, story(...reload), RUNS ?? 40, ['attach', 'login', 'never']),
);
t.test('the box comes back from older copies', (t) =>
  hold(t as Tap, story(...reload, ...olderCopies), RUNS ?? 40, ['attach', 'login', 'never']),
);
// A journal that lost entries which the box has can only go on in a new stream.
t.test('the disk refuses, and recovers', (t) =>
  hold(t as Tap, story(...disk), RUNS ?? 40, ['attach', 'login']),
);
t.test('the disk refuses, the page is reloaded', (t) =>
  hold(t as Tap, story(...disk, ...reload, ...amnesia), RUNS ?? 40, ['attach', 'login']),
);
