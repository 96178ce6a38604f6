/** The candidate's way on one machine, told as stories against a modelled box. */
import t from 'tap';
import { OTHER_ATTEMPT, seeded, sha256Hex, TICKET, World } from '../../test/kiosk-world.ts';

t.test('from the seat to the receipt, and the seat is free again', async (t) => {
  const world = new World(seeded(1));
  const kiosk = await world.toExam();
  t.equal(kiosk.snapshot.light, 'none');
  kiosk.go('q1');
  kiosk.type('q1', 'text', 'Hello');
  t.equal(kiosk.snapshot.light, 'saving');
  await world.time.pass(2_000);
  t.equal(kiosk.snapshot.light, 'server');
  t.equal(kiosk.snapshot.answers['q1']?.['text'], 'Hello');
  t.same([...kiosk.snapshot.seen], ['q1']);
  await world.run(kiosk.submit());
  await world.stage('done');
  t.equal(kiosk.snapshot.receiptAgrees, true);
  t.equal(kiosk.snapshot.pending, 0);
  t.equal(kiosk.snapshot.paper, null, 'the opened paper is closed');
  await world.run(kiosk.next());
  t.equal(kiosk.snapshot.stage, 'seat');
  await world.time.pass(1_000);
  t.same(await world.store.under('entries', []), [], 'both agree: the journal may go');
  t.same(world.server.faults, []);
});

t.test('both boxes have it', async (t) => {
  const world = new World(seeded(2), { level: 2 });
  const kiosk = await world.toExam();
  kiosk.mark('q1', true);
  await world.time.pass(1_000);
  t.equal(kiosk.snapshot.light, 'both');
});

t.test(
  'a reload while the box is away brings back item, answers, marks, plays and the time (S4, S14)',
  async (t) => {
    const world = new World(seeded(3));
    const kiosk = await world.toExam();
    kiosk.go('q2');
    kiosk.answer('q2', 'choice', ['b', 'c']);
    kiosk.mark('q2', true);
    kiosk.play('q2', 'm1', 2, 1_500);
    await world.time.pass(15_000);
    const left = (kiosk.snapshot.attempt?.endsAt ?? 0) - (kiosk.elapsed() ?? 0);
    world.setUp(false);
    await world.time.pass(100);
    t.equal(kiosk.snapshot.light, 'offline');
    kiosk.answer('q2', 'choice', ['a']);
    await world.time.pass(500);
    t.equal(kiosk.snapshot.light, 'offline', 'saved here');
    world.crash();
    const again = world.open();
    await world.stage('exam');
    t.equal(again.snapshot.connected, false);
    t.same(again.snapshot.answers, { q2: { choice: ['a'] } });
    t.equal(again.snapshot.item, 'q2');
    t.same([...again.snapshot.marks], ['q2']);
    t.same(again.snapshot.plays, { m1: { plays: 2, ms: 1_500 } });
    const leftNow = (again.snapshot.attempt?.endsAt ?? 0) - (again.elapsed() ?? 0);
    t.ok(Math.abs(left - leftNow) < 5_000, `the countdown goes on: ${left} ${leftNow}`);
    t.match(await world.run(again.mediaUrl('m1')), /^blob:audio\/ogg/);
    world.setUp(true);
    await world.time.pass(10_000);
    t.equal(again.snapshot.light, 'server');
  },
);

t.test(
  'handed in while the box is away: sealed here, brought when it is back, the same receipt for ever (H1, H3)',
  async (t) => {
    const world = new World(seeded(4));
    const kiosk = await world.toExam();
    world.setUp(false);
    kiosk.type('q1', 'text', 'last words');
    await world.run(kiosk.submit());
    t.equal(kiosk.snapshot.stage, 'sealed');
    t.ok(kiosk.snapshot.pending >= 2, 'the revision and the submission');
    kiosk.type('q1', 'text', 'too late');
    kiosk.answer('q2', 'choice', ['a']);
    await world.time.pass(2_000);
    t.equal(kiosk.snapshot.answers['q1']?.['text'], 'last words');
    world.crash();
    const again = world.open();
    await world.stage('sealed');
    world.setUp(true);
    await world.stage('done');
    t.equal(again.snapshot.receiptAgrees, true);
    const code = again.snapshot.receipt?.receipt.code;
    world.crash();
    const third = world.open();
    await world.stage('done');
    t.equal(third.snapshot.receipt?.receipt.code, code);
    await world.time.pass(10_000);
    t.equal(
      third.snapshot.stage,
      'done',
      'the box names nobody any more: the receipt stays until it is put away',
    );
    const at = third.snapshot.attempt?.endsAt ?? 0;
    await world.time.pass(at - (third.elapsed() ?? 0) + 31 * 60_000);
    world.cut();
    await world.time.pass(5_000);
    t.equal(third.snapshot.stage, 'seat', 'half an hour after the end it makes room by itself');
  },
);

t.test('too early is said before anything is sealed, by this machine or by the box', async (t) => {
  const world = new World(seeded(5));
  const kiosk = await world.toExam();
  const attempt = world.server.attempt(TICKET);
  attempt.earliestSubmitAt = world.server.elapsed() + 60_000;
  await world.run(kiosk.submit());
  await world.time.pass(500);
  t.equal(kiosk.snapshot.stage, 'exam', 'the box knew better');
  t.equal(kiosk.snapshot.error?.code, 'submit/too-early');
  world.server.changed(attempt);
  await world.time.pass(100);
  await world.run(kiosk.submit());
  t.match(kiosk.snapshot.error, { code: 'submit/too-early', detail: { inMs: Number } });
  t.equal(world.server.received.filter(({ t }) => t === 'submit').length, 1);
  await world.time.pass(61_000);
  await world.run(kiosk.submit());
  await world.stage('done');
});

t.test('at the end it hands in by itself', async (t) => {
  const world = new World(seeded(6));
  const kiosk = await world.toExam(60_000);
  kiosk.type('q1', 'text', 'until the bell');
  await world.time.pass(59_000);
  t.equal(kiosk.snapshot.stage, 'exam');
  kiosk.type('q1', 'text', 'until the bell rings');
  await world.stage('done', 10_000);
  t.equal(kiosk.snapshot.receiptAgrees, true);
  t.equal(world.server.content(world.server.attempt(TICKET)).answers['q1']?.['text'], 'until the bell rings');
});

t.test('time up while the box is away is taken back when the box gave more', async (t) => {
  const world = new World(seeded(7));
  const kiosk = await world.toExam(60_000);
  kiosk.type('q1', 'text', 'a');
  world.setUp(false);
  await world.stage('time-up', 70_000);
  const attempt = world.server.attempt(TICKET);
  attempt.endsAt = (attempt.endsAt ?? 0) + 600_000;
  world.setUp(true);
  await world.stage('exam');
  kiosk.type('q1', 'text', 'ab');
  await world.time.pass(3_000);
  t.equal(kiosk.snapshot.light, 'server');
  t.equal(attempt.receipt, null);
});

t.test('with nothing but the PC’s clock nobody’s exam is ended', async (t) => {
  const world = new World(seeded(8));
  const kiosk = await world.toExam(60_000);
  kiosk.go('q1');
  await world.time.pass(12_000);
  world.setUp(false);
  world.crash();
  const again = world.open();
  await world.stage('exam');
  await world.time.pass(120_000);
  t.equal(again.snapshot.stage, 'exam');
  world.setUp(true);
  await world.stage('done');
});

t.test(
  'the attempt moved to another machine: this one stops, and what it still had is kept apart on the box',
  async (t) => {
    const world = new World(seeded(9));
    const kiosk = await world.toExam();
    kiosk.type('q1', 'text', 'first');
    await world.time.pass(1_000);
    world.setUp(false);
    kiosk.type('q1', 'text', 'first and second');
    await world.time.pass(1_000);
    const attempt = world.server.attempt(TICKET);
    attempt.machine = 'another';
    attempt.epoch = 2;
    attempt.streams[2] = { key: 'another', entries: [], committed: 0 };
    world.setUp(true);
    await world.stage('blocked');
    t.equal(kiosk.snapshot.error?.code, 'attempt/fenced');
    kiosk.type('q1', 'text', 'more');
    await world.time.pass(3_000);
    t.ok(
      world.heard.some((message) => message.t === 'refused' && message.code === 'revision/late'),
      'the box was offered the rest',
    );
    await world.stage('seat', 70_000);
  },
);

t.test('a second tab waits, and takes over when the first is closed', async (t) => {
  const world = new World(seeded(10));
  let free: (unlock: () => void) => void = () => undefined;
  const kiosk = world.open({
    lock: (waiting) => {
      waiting();
      return new Promise((resolve) => {
        free = resolve;
      });
    },
  });
  await world.time.pass(1_000);
  t.equal(kiosk.snapshot.stage, 'other-tab');
  t.equal(world.server.received.length, 0);
  free(() => undefined);
  await world.stage('seat');
});

t.test('a box with a lower epoch takes nobody back', async (t) => {
  const world = new World(seeded(11));
  world.server.state.boxEpoch = 3;
  const kiosk = await world.toExam();
  world.server.state.boxEpoch = 2;
  world.cut();
  kiosk.type('q1', 'text', 'goes on');
  await world.time.pass(20_000);
  t.equal(kiosk.snapshot.stage, 'exam', 'nobody is stopped by it');
  t.equal(kiosk.snapshot.error?.code, 'socket/older-box');
  t.equal(kiosk.snapshot.light, 'offline');
  world.server.state.boxEpoch = 4;
  await world.time.pass(20_000);
  t.equal(kiosk.snapshot.light, 'server');
  t.equal(kiosk.snapshot.error, null);
});

t.test('storage that is refused, or a browser that can’t, is said at once', async (t) => {
  const world = new World(seeded(12));
  const refused = world.open({ openStore: () => Promise.reject(new Error('no')) });
  await world.time.pass(10);
  t.equal(refused.snapshot.stage, 'blocked');
  t.equal(refused.snapshot.error?.code, 'kiosk/storage');
  world.crash();
  const old = world.open({ unfit: () => 'kiosk/old-browser' });
  await world.time.pass(10);
  t.equal(old.snapshot.stage, 'blocked');
  t.equal(old.snapshot.error?.code, 'kiosk/old-browser');
});

t.test('refusals of commands are in the snapshot, and go with the next command', async (t) => {
  const world = new World(seeded(13));
  const kiosk = world.open();
  await world.stage('seat');
  t.match(kiosk.snapshot.machineName, /^.{12}$/);
  await world.run(kiosk.login('nobody'));
  t.equal(kiosk.snapshot.error?.code, 'login/not-found');
  t.equal(kiosk.snapshot.busy, false);
  world.setUp(false);
  await world.run(kiosk.login(TICKET));
  t.equal(kiosk.snapshot.error?.code, 'offline/no-answer');
  world.setUp(true);
  await world.time.until(() => kiosk.snapshot.connected);
  const signingIn = kiosk.login(` ${TICKET} `);
  t.equal(kiosk.snapshot.busy, true);
  await world.run(signingIn);
  t.equal(kiosk.snapshot.error, null);
  await world.stage('confirm');
});

t.test(
  'an address that changed stops nobody who writes, and is right again when it is approved',
  async (t) => {
    const world = new World(seeded(14));
    const kiosk = await world.toExam();
    kiosk.type('q1', 'text', 'before');
    await world.time.pass(1_000);
    world.server.refusal = 'machine/address-changed';
    world.cut();
    await world.time.pass(3_000);
    kiosk.type('q1', 'text', 'before and during');
    await world.time.pass(1_000);
    t.equal(kiosk.snapshot.stage, 'exam');
    t.equal(kiosk.snapshot.error?.code, 'machine/address-changed');
    world.server.refusal = null;
    world.server.greetAll();
    await world.time.pass(5_000);
    t.equal(kiosk.snapshot.error, null);
    t.equal(kiosk.snapshot.light, 'server');
  },
);

t.test('a file is kept here, brought when the box is there, and named in the answer at once', async (t) => {
  const world = new World(seeded(15));
  const kiosk = await world.toExam();
  world.setUp(false);
  const file = new File(['my work'], 'work.txt', { type: 'text/plain' });
  await world.run(kiosk.attachFile('q1', 'file', file));
  const sha256 = sha256Hex('my work');
  t.same(kiosk.snapshot.answers['q1']?.['file'], { name: 'work.txt', bytes: 7, sha256, type: 'text/plain' });
  t.match(kiosk.snapshot.uploads, [{ item: 'q1', response: 'file', state: 'waiting', code: null }]);
  await world.run(
    kiosk.attachFile('q2', 'file', new File(['x'.repeat(2_000)], 'big.txt', { type: 'text/plain' })),
  );
  t.equal(kiosk.snapshot.error?.code, 'upload/too-large');
  await world.run(kiosk.attachFile('q2', 'file', new File(['x'], 'a.png', { type: 'image/png' })));
  t.equal(kiosk.snapshot.error?.code, 'response/file');
  await world.run(kiosk.submit());
  await world.time.pass(500);
  world.crash();
  world.setUp(true);
  const again = world.open();
  await world.stage('done');
  t.equal(world.uploaded.get(sha256), 'Bearer token');
  t.match(again.snapshot.uploads, [{ state: 'stored' }]);
  t.equal(again.snapshot.receiptAgrees, true);
});

t.test('a receipt that the box did not sign is none', async (t) => {
  const world = new World(seeded(16));
  const kiosk = await world.toExam();
  kiosk.go('q1');
  await world.time.pass(500);
  const attempt = world.server.attempt(TICKET);
  await world.run(kiosk.submit());
  await world.stage('done');
  const signed = kiosk.snapshot.receipt;
  t.ok(signed);
  if (!signed) return;
  const second = new World(seeded(17));
  const other = await second.toExam();
  other.go('q1');
  await second.time.pass(500);
  const forged = { ...signed, receipt: { ...signed.receipt, answered: 40 } };
  second.server.tell(second.server.attempt(TICKET), { t: 'receipt', receipt: forged });
  await second.time.pass(500);
  t.equal(other.snapshot.stage, 'exam');
  t.equal(other.snapshot.error?.code, 'submit/invalid');
  t.equal(attempt.status, 'submitted');
});

t.test(
  'handed in by the chief: the receipt comes, and says that it is not all that this machine has',
  async (t) => {
    const world = new World(seeded(18));
    const kiosk = await world.toExam();
    kiosk.type('q1', 'text', 'one');
    await world.time.pass(1_000);
    world.setUp(false);
    kiosk.type('q1', 'text', 'one and two');
    await world.time.pass(1_000);
    world.server.submitFor(TICKET);
    world.setUp(true);
    await world.stage('done');
    t.equal(kiosk.snapshot.receiptAgrees, false);
    await world.run(kiosk.next());
    await world.time.pass(1_000);
    t.ok((await world.store.under('entries', [])).length > 0, 'the journal stays');
    t.equal(kiosk.snapshot.stage, 'seat');
  },
);

t.test('messages are shown until they are seen, and the box is told when it can be', async (t) => {
  const world = new World(seeded(19));
  const kiosk = await world.toExam();
  const notice = `no_${'n'.repeat(16)}`;
  const message = { t: 'notice' as const, notice, zh: '请安静', en: 'Quiet', text: 'Quiet', wall: 5 };
  world.server.tell(world.server.attempt(TICKET), message);
  world.server.tell(world.server.attempt(TICKET), message);
  await world.time.pass(500);
  t.match(kiosk.snapshot.notices, [{ notice, seen: false, zh: '请安静' }]);
  world.setUp(false);
  kiosk.noticeSeen(notice);
  t.equal(kiosk.snapshot.notices[0]?.seen, true);
  world.setUp(true);
  await world.time.pass(5_000);
  t.equal(world.server.received.filter(({ t }) => t === 'seen').length, 1);
});

t.test(
  'repair fetches everything again, leaves journal and key alone, and nothing happens without the box',
  async (t) => {
    const world = new World(seeded(20));
    const shell: string[] = [];
    world.open({
      shell: {
        repair: () => {
          shell.push('repair');
          return world.up ? Promise.resolve() : Promise.reject(new Error('away'));
        },
        reload: () => shell.push('reload'),
      },
    });
    const kiosk = await world.toExam();
    kiosk.type('q1', 'text', 'kept');
    await world.time.pass(1_000);
    const entries = await world.store.under('entries', []);
    const before = world.sealedFetches.length;
    await world.run(kiosk.repair());
    t.same(shell, ['repair', 'reload']);
    t.equal(world.sealedFetches.length, before + 2);
    t.same(await world.store.under('entries', []), entries);
    world.setUp(false);
    await world.run(kiosk.repair());
    t.equal(kiosk.snapshot.error?.code, 'offline/no-answer');
    t.same(shell, ['repair', 'reload', 'repair'], 'no reload');
    t.equal(kiosk.snapshot.stage, 'exam');
  },
);

t.test('a box that lost the sign-in and makes another attempt gets everything written so far', async (t) => {
  const world = new World(seeded(21));
  const kiosk = await world.toExam();
  kiosk.go('q2');
  kiosk.type('q1', 'text', 'from the lost attempt');
  kiosk.answer('q2', 'choice', ['b']);
  await world.time.pass(2_000);
  world.server.state.attempts = [];
  world.server.add(TICKET, OTHER_ATTEMPT);
  const fresh = world.server.attempt(TICKET);
  fresh.status = 'writing';
  fresh.startedAt = world.server.elapsed();
  fresh.endsAt = fresh.startedAt + 3_600_000;
  world.server.state.boxEpoch += 1;
  world.cut();
  await world.time.until(
    () => kiosk.snapshot.attempt?.attempt === OTHER_ATTEMPT && kiosk.snapshot.light === 'server',
  );
  t.equal(kiosk.snapshot.stage, 'exam');
  t.same(world.server.content(fresh).answers, {
    q1: { text: 'from the lost attempt' },
    q2: { choice: ['b'] },
  });
  t.equal(world.server.content(fresh).item, 'q2');
});

t.test('after the candidate, the next one finds nothing of him', async (t) => {
  const world = new World(seeded(22));
  const kiosk = await world.toExam();
  kiosk.type('q1', 'text', 'secret');
  await world.time.pass(1_000);
  await world.run(kiosk.submit());
  await world.stage('done');
  await world.run(kiosk.next());
  world.server.add('T-002', OTHER_ATTEMPT);
  await world.run(kiosk.login('T-002'));
  await world.stage('confirm');
  t.same(kiosk.snapshot.answers, {});
  t.equal(kiosk.snapshot.receipt, null);
  t.equal(kiosk.snapshot.paper, null);
  await world.run(kiosk.back());
  t.equal(kiosk.snapshot.stage, 'seat');
});

t.test('the page that goes away saves what was typed', async (t) => {
  const world = new World(seeded(23));
  let leaving: () => void = () => undefined;
  world.open({
    watch: (on) => {
      ({ leaving } = on);
      return () => undefined;
    },
  });
  const kiosk = await world.toExam();
  world.setUp(false);
  kiosk.type('q1', 'text', 'half a se');
  leaving();
  await world.time.pass(60);
  world.crash();
  const again = world.open();
  await world.stage('exam');
  t.equal(again.snapshot.answers['q1']?.['text'], 'half a se');
});

t.test('what the box refuses for its content is taken back and said, and all agree in the end', async (t) => {
  const world = new World(seeded(24));
  const kiosk = await world.toExam();
  kiosk.answer('q1', 'choice', ['a']);
  await world.time.pass(500);
  world.server.refuse = ({ op }) =>
    op.t === 'set' && Array.isArray(op.v) && op.v.some((one) => one === 'c') ? 'response/not-allowed' : null;
  kiosk.answer('q1', 'choice', ['c']);
  await world.time.pass(500);
  t.same(kiosk.snapshot.answers['q1']?.['choice'], ['a']);
  t.equal(kiosk.snapshot.error?.code, 'response/not-allowed');
  world.crash();
  const again = world.open();
  await world.stage('exam');
  t.same(again.snapshot.answers['q1']?.['choice'], ['a'], 'after a reload too');
  await world.run(again.submit());
  await world.stage('done');
  t.equal(again.snapshot.receiptAgrees, true);
});

t.test('heads are signed while writing goes on', async (t) => {
  const world = new World(seeded(25));
  const kiosk = await world.toExam();
  for (let i = 0; i < 20; i += 1) {
    kiosk.answer('q1', 'choice', i % 2 ? ['a'] : ['b']);
    await world.time.pass(1_000);
  }
  const signed = world.server.received.filter(({ t }) => t === 'sign').length;
  t.ok(signed >= 3 && signed <= 5, `${signed} times`);
  await world.time.pass(20_000);
  t.equal(
    world.server.received.filter(({ t }) => t === 'sign').length,
    signed + 1,
    'nothing new, nothing signed',
  );
  t.same(world.server.faults, []);
});

t.test('listeners hear once of all that changed in a turn; stopped, nobody hears any more', async (t) => {
  const world = new World(seeded(26));
  const kiosk = await world.toExam();
  await world.time.pass(1_000);
  let heard = 0;
  const unsubscribe = kiosk.subscribe(() => {
    heard += 1;
  });
  kiosk.mark('q1', true);
  kiosk.mark('q2', true);
  kiosk.go('q1');
  await Promise.resolve();
  t.equal(heard, 1);
  t.equal(kiosk.snapshot, kiosk.snapshot, 'the same object until something changes');
  unsubscribe();
  await world.run(kiosk.stop());
  const sent = world.server.received.length;
  await world.time.pass(60_000);
  t.equal(world.server.received.length, sent);
});
