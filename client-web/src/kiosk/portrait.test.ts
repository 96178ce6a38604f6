/** A portrait on its way to the box, and every way in which it may fail without anybody waiting for it. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { Value } from 'typebox/value';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { CLIENT_MESSAGES } from '#protocol/socket.schema.ts';
import { ATTEMPT, seeded, TICKET, World } from '../../test/kiosk-world.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { LinkError, type Ok, type Request } from '../link/link.types.ts';
import { Portrait } from './portrait.ts';

const jpeg = (text: string) => new Blob([new Uint8Array([0xff, 0xd8, 0xff]), text], { type: 'image/jpeg' });
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A box that answers as a test tells it to. */
class Scene {
  readonly time = new VirtualTime();
  readonly asked: Request[] = [];
  readonly put: { url: string; token: string | null; sha256: string; bytes: number }[] = [];
  ready = true;
  attempt: string | null = 'at_1';
  answer: () => Promise<Pick<Ok, 'upload'>> = () => Promise.resolve({ upload: { url: '/here', token: 'k' } });
  status: () => number = () => 204;
  readonly portrait: Portrait;

  constructor() {
    const scene = this;
    this.portrait = new Portrait({
      link: {
        get ready() {
          return scene.ready;
        },
        request: async (request) => {
          this.asked.push(request);
          return { t: 'ok', id: 1, ...(await this.answer()) };
        },
      },
      http: async (url, init) => {
        const status = this.status();
        if (status === 0) throw new TypeError('Failed to fetch');
        const bytes = new Uint8Array(init?.body instanceof Blob ? await init.body.arrayBuffer() : []);
        const token = new Headers(init?.headers).get('authorization');
        this.put.push({ url, token, sha256: digest(bytes), bytes: bytes.length });
        return new Response(null, { status });
      },
      sha256: (bytes) => Promise.resolve(digest(new Uint8Array(bytes))),
      timers: { now: () => this.time.now(), after: (ms, run) => this.time.after(ms, run) },
      attempt: () => this.attempt,
    });
  }
}

t.test('announced by its digest, then brought with the permit, once', async (t) => {
  const scene = new Scene();
  const picture = jpeg('face');
  await scene.portrait.take(picture);
  await scene.time.pass(100);
  const [asked] = scene.asked;
  t.ok(Value.Check(CLIENT_MESSAGES.portrait, { ...asked, id: 1 }), 'as the contract has it');
  const sha256 = digest(new Uint8Array(await picture.arrayBuffer()));
  t.match(asked, { t: 'portrait', bytes: picture.size, sha256 });
  t.same(scene.put, [{ url: '/here', token: 'Bearer k', sha256, bytes: picture.size }]);
  await scene.portrait.take(picture);
  scene.portrait.connected();
  await scene.time.pass(60_000);
  t.equal(scene.asked.length, 1, 'neither pressed twice nor connected again');
});

t.test('none wanted, or refused: that is all', async (t) => {
  for (const answer of [
    () => Promise.resolve({ upload: null }),
    () => Promise.reject(new LinkError('frame/invalid')),
    () => Promise.reject(new LinkError('attempt/wrong-step')),
  ]) {
    const scene = new Scene();
    scene.answer = answer;
    await scene.portrait.take(jpeg('face'));
    await scene.time.pass(60_000);
    scene.portrait.connected();
    await scene.time.pass(60_000);
    t.equal(scene.asked.length, 1);
    t.same(scene.put, []);
  }
});

t.test('a box that is away gets it with the next connection; one in trouble is not pestered', async (t) => {
  const scene = new Scene();
  scene.ready = false;
  await scene.portrait.take(jpeg('face'));
  await scene.time.pass(60_000);
  t.same(scene.asked, []);
  scene.ready = true;
  for (const status of [0, 403, 507]) {
    scene.status = () => status;
    scene.put.length = scene.asked.length = 0;
    scene.portrait.connected();
    await scene.time.pass(300_000);
    t.equal(scene.asked.length, 4, `answered by ${status}`);
  }
  scene.status = () => 204;
  scene.put.length = 0;
  scene.portrait.connected();
  await scene.time.pass(100);
  t.equal(scene.put.length, 1);
});

t.test('the picture of somebody who left goes nowhere, and the newer of two wins', async (t) => {
  const scene = new Scene();
  scene.ready = false;
  await scene.portrait.take(jpeg('one'));
  scene.attempt = 'at_2';
  scene.ready = true;
  scene.portrait.connected();
  await scene.time.pass(1_000);
  t.same(scene.asked, [], 'another sits here');
  scene.attempt = 'at_1';
  scene.portrait.leave();
  scene.portrait.connected();
  await scene.time.pass(1_000);
  t.same(scene.asked, [], 'forgotten');

  scene.ready = false;
  await scene.portrait.take(jpeg('one'));
  const second = jpeg('two');
  await scene.portrait.take(second);
  scene.ready = true;
  scene.portrait.connected();
  await scene.time.pass(1_000);
  t.same(
    scene.put.map(({ sha256 }) => sha256),
    [digest(new Uint8Array(await second.arrayBuffer()))],
  );
});

t.test('nobody here, too large, not to be read: nothing is sent, nothing is thrown', async (t) => {
  const scene = new Scene();
  scene.attempt = null;
  await scene.portrait.take(jpeg('face'));
  scene.attempt = 'at_1';
  await scene.portrait.take(new Blob([new Uint8Array(EVIDENCE_LIMITS.portraitBytes + 1)]));
  const broken = jpeg('face');
  broken.arrayBuffer = () => Promise.reject(new Error('gone'));
  await scene.portrait.take(broken);
  await scene.time.pass(60_000);
  t.same(scene.asked, []);
});

t.test('in the kiosk: nobody waits for it, and no failure is seen', async (t) => {
  const world = new World(seeded(31));
  world.server.askPortrait = true;
  const kiosk = world.open();
  await world.stage('seat');
  await world.run(kiosk.portrait(jpeg('nobody sits here')));
  await world.run(kiosk.login(TICKET));
  await world.stage('confirm');
  t.equal(kiosk.snapshot.attempt?.portrait, true);
  world.setUp(false);
  const picture = jpeg('face');
  await world.run(kiosk.portrait(picture));
  t.equal(kiosk.snapshot.error, null);
  t.equal(kiosk.snapshot.busy, false);
  world.setUp(true);
  const sha256 = digest(new Uint8Array(await picture.arrayBuffer()));
  t.ok(await world.time.until(() => world.uploaded.has(sha256), 60_000, 50), 'it comes with the connection');
  t.equal(world.uploaded.get(sha256), 'Bearer portrait');
  world.server.portraits = () => null;
  await world.run(kiosk.portrait(jpeg('another')));
  await world.run(kiosk.confirm());
  await world.stage('pledge');
  t.equal(kiosk.snapshot.error, null);
  t.equal(kiosk.snapshot.attempt?.attempt, ATTEMPT);
  t.same(world.server.faults, []);
});
