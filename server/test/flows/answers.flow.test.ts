/** Story: a candidate enrols, signs in, waits, writes, loses the line, hands in (docs/flows/answer.md). */
import { createHash } from 'node:crypto';
import t from 'tap';
import { answersText, receiptText } from '#domain/attempt/digest.ts';
import { verify } from '#node/signing/box-key.ts';
import { PURPOSE } from '#protocol/revision.ts';
import { DEFER } from '#server/ledger/projections/deferral.ts';
import { deferredFrom } from '#server/ledger/writer-core.ts';
import { startBox, type TestBox, TestTime } from '#server/test/box.testing.ts';
import { Chain, Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';

const CHIEF = { staff: 'st_0000000000000000' };

/** A machine at the seat of candidate `i`. */
async function enrolled(
  box: TestBox,
  site: TestSite,
  i: number,
  device = new Device(),
): Promise<KioskClient> {
  const client = await KioskClient.connect(box.origin, device);
  const greeted = client.next('welcome');
  await box.candidates.machines.seat(
    client.nonce.slice(0, 12),
    site.room,
    site.candidates[i]?.seat ?? '',
    CHIEF,
  );
  await greeted;
  return client;
}

async function writing(
  box: TestBox,
  site: TestSite,
  i: number,
): Promise<{ client: KioskClient; attempt: string; chain: Chain }> {
  const client = await enrolled(box, site, i);
  const attempt = await client.enter(site.candidates[i]?.ticket ?? '');
  return { client, attempt, chain: new Chain(attempt, 1, client.device.key) };
}

t.test('while the tables are behind, a machine that comes back is told what was acknowledged', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const { client, chain } = await writing(box, site, 0);
  await box.candidates.run.start(site.session, {}, CHIEF);
  for (let n = 0; n < DEFER.fromGroups; n++) chain.add('Q2', { t: 'set', resp: 'R', v: `第 ${n} 稿` });
  const acked = client.next('ack', (ack) => ack.rev === DEFER.fromGroups);
  client.raw(chain.frame());
  await acked;
  t.not(deferredFrom(box.deps.db), null, 'its revisions are in the ledger and not in the tables');
  const again = await KioskClient.connect(box.origin, client.device);
  const { rev, hash } = chain.head;
  t.match(again.last('welcome').attempt?.streams, [{ epoch: 1, rev, hash }]);
  const content = await again.ask({ t: 'answers' });
  t.match(content, { t: 'ok', answers: { answers: { Q2: { R: `第 ${DEFER.fromGroups - 1} 稿` } } } });
  t.equal(deferredFrom(box.deps.db), null, 'who needs the tables brings them up to date');
});

t.test('from enrolment to a receipt that anyone can check', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const { client, attempt, chain } = await writing(box, site, 0);
  t.equal((await client.ask({ t: 'attach', attempt, epoch: 1, rev: 0, hash: chain.genesis })).t, 'ok');

  chain.add('Q1', { t: 'set', resp: 'R', v: 'A' });
  const early = client.next('error');
  client.raw(chain.frame());
  t.equal((await early).code, 'attempt/not-open', 'nothing is taken before the start');

  const release = client.next('release');
  await box.candidates.run.start(site.session, {}, CHIEF);
  t.equal((await release).release.identity, site.identity, 'one broadcast opens the paper');

  chain.add('Q2', { t: 'splice', resp: 'R', at: 0, del: 0, ins: '你好😀' });
  chain.add('Q2', { t: 'splice', resp: 'R', at: 2, del: 2, ins: '，世界' });
  chain.add('Q1', { t: 'mark', on: true });
  const acked = client.next('ack', (ack) => ack.rev === 4);
  client.raw(chain.frame());
  await acked;
  client.send(chain.signed(client.device));

  const answers = { Q1: { R: 'A' }, Q2: { R: '你好，世界' } };
  const streams = [{ epoch: 1, ...chain.head }];
  const digest = createHash('sha256').update(answersText({ attempt, answers, streams })).digest('base64url');
  const answer = await client.ask(chain.submission(client.device, digest));
  t.equal(answer.t, 'ok');
  const signed = answer.t === 'ok' ? answer.receipt : undefined;
  t.ok(signed);
  if (!signed) return;
  t.equal(signed.receipt.digest, digest, 'both sides hash the same answers');
  t.equal(signed.receipt.answered, 2);
  const message = Buffer.from(receiptText(signed.receipt).slice(PURPOSE.receipt.length + 1));
  t.ok(verify(box.deps.box.key.publicKey, PURPOSE.receipt, message, signed.sig), 'signed by the box');
  const again = await client.ask(chain.submission(client.device, digest));
  t.same(again.t === 'ok' ? again.receipt : null, signed, 'a repeat returns the same receipt');
  chain.add('Q1', { t: 'set', resp: 'R', v: 'B' });
  const late = client.next('error');
  client.raw(chain.frame(5));
  t.equal((await late).code, 'attempt/ended', 'nothing changes afterwards');
});

t.test('repeats, gaps, forks and forgeries', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const { client, attempt, chain } = await writing(box, site, 1);
  await box.candidates.run.start(site.session, {}, CHIEF);
  for (let i = 0; i < 3; i++) chain.add('Q2', { t: 'splice', resp: 'R', at: i, del: 0, ins: `${i}` });
  let acked = client.next('ack', (ack) => ack.rev === 3);
  client.raw(chain.frame());
  await acked;

  acked = client.next('ack', (ack) => ack.rev === 3);
  client.raw(chain.frame(2, 3));
  await acked;
  t.pass('a repeat is acknowledged again');

  const other = new Chain(attempt, 1, client.device.key);
  other.add('Q2', { t: 'splice', resp: 'R', at: 0, del: 0, ins: 'x' });
  const conflict = client.next('refused');
  client.raw(other.frame());
  t.match(await conflict, { rev: 1, code: 'revision/conflict' });

  for (let i = 3; i < 6; i++) chain.add('Q2', { t: 'splice', resp: 'R', at: i, del: 0, ins: `${i}` });
  const gap = client.next('gap');
  client.raw(chain.frame(5, 5));
  t.match(await gap, { from: 4, hash: chain.entries[2]?.hash });

  const fork = new Chain(attempt, 1, client.device.key);
  for (let i = 0; i < 4; i++) fork.add('Q1', { t: 'go' });
  const chainError = client.next('error');
  client.raw(fork.frame(4, 4));
  t.equal((await chainError).code, 'revision/chain');

  const spaced = client.next('error');
  client.raw(chain.frame(4, 4).replace('{"e"', '{ "e"'));
  t.equal((await spaced).code, 'frame/not-canonical');
  const extra = client.next('error');
  client.raw(chain.frame(4, 4).replace('"item"', '"extra":1,"item"'));
  t.equal((await extra).code, 'frame/not-canonical', 'unknown fields are refused');

  const stranger = await enrolled(box, site, 2);
  const notYours = stranger.next('error');
  stranger.raw(chain.frame(4));
  t.equal((await notYours).code, 'attempt/not-yours', 'another machine cannot write into the stream');

  const refused = client.next('refused');
  const goesOn = client.next('ack', (ack) => ack.rev === 7);
  client.raw(chain.frame(4, 6));
  chain.add('Q9', { t: 'set', resp: 'R', v: 'A' });
  client.raw(chain.frame(7, 7));
  t.match(await refused, { rev: 7, code: 'revision/unknown-item' });
  await goesOn;
  t.pass('a refused revision does not stop the stream');
  t.equal(box.candidates.submissions.answers(attempt, 1)['Q2']?.['R'], '012345');
});

t.test('the box restarts: the machine comes back where it was, and nothing is lost', async (t) => {
  const folder = t.testdir();
  const time = new TestTime();
  const box = await startBox(t, folder, time, 0);
  const site = await makeSite(box.deps);
  const { client, attempt, chain } = await writing(box, site, 0);
  await box.candidates.run.start(site.session, {}, CHIEF);
  chain.add('Q2', { t: 'set', resp: 'R', v: '第一' });
  const acked = client.next('ack');
  client.raw(chain.frame());
  await acked;
  const { port } = new URL(box.origin);
  await box.stop();
  chain.add('Q2', { t: 'splice', resp: 'R', at: 2, del: 0, ins: '第二' });

  const again = await startBox(t, folder, time, Number(port));
  const back = await KioskClient.connect(again.origin, client.device);
  t.equal(back.last('welcome').attempt?.attempt, attempt);
  t.equal(back.last('welcome').attempt?.status, 'writing');
  const attached = await back.ask({ t: 'attach', attempt, epoch: 1, ...chain.head });
  t.equal(attached.t === 'ok' ? attached.attempt?.streams[0]?.rev : 0, 1, 'the box says what it has');
  const rest = back.next('ack', (ack) => ack.rev === 2);
  back.raw(chain.frame(2));
  await rest;
  t.equal(again.candidates.submissions.answers(attempt, 1)['Q2']?.['R'], '第一第二');
});

t.test('a lost journal gets a new stream with everything the box has', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const { client, attempt, chain } = await writing(box, site, 0);
  await box.candidates.run.start(site.session, {}, CHIEF);
  chain.add('Q2', { t: 'set', resp: 'R', v: '写过的' });
  const acked = client.next('ack');
  client.raw(chain.frame());
  await acked;
  const attached = await client.ask({ t: 'attach', attempt, epoch: 1, rev: 0, hash: chain.genesis });
  t.equal(attached.t === 'ok' ? attached.attempt?.epoch : 0, 2);
  const content = await client.ask({ t: 'answers' });
  t.same(content.t === 'ok' ? content.answers?.answers : null, { Q2: { R: '写过的' } });
  const next = new Chain(attempt, 2, client.device.key);
  next.add('Q2', { t: 'splice', resp: 'R', at: 3, del: 0, ins: '，接着写' });
  const more = client.next('ack', (ack) => ack.s === next.stream);
  client.raw(next.frame());
  await more;
  t.equal(box.candidates.submissions.answers(attempt, 2)['Q2']?.['R'], '写过的，接着写');

  const old = client.next('ack', (ack) => ack.s === chain.stream);
  chain.add('Q2', { t: 'splice', resp: 'R', at: 0, del: 0, ins: '旧' });
  client.raw(chain.frame(2));
  await old;
  const quarantined = box.deps.db.prepare('SELECT lane, stream FROM quarantine').get();
  t.same(
    quarantined,
    { lane: 'fenced', stream: chain.stream },
    'what the fenced stream still brings is kept apart',
  );
});
