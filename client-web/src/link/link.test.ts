import t from 'tap';
import { PING_EVERY_MS, type ServerMessage, SILENCE_MS } from '#protocol/socket.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { createBackoff } from './backoff.ts';
import { Link } from './link.ts';
import type { LinkDeps, SocketLike } from './link.types.ts';

class TestSocket implements SocketLike {
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  /** The box answers `time`. */
  alive = true;

  send(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(message);
    if (message['t'] === 'time' && this.alive)
      this.say({ t: 'time', c: Number(message['c']), elapsed: 1, wall: 2 });
  }

  close(): void {
    this.closed = true;
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  greet(): void {
    this.say({
      t: 'challenge',
      v: 1,
      nonce: 'nonce',
      site: 's',
      siteName: 'S',
      box: 'bx',
      boxEpoch: 3,
      boxKey: '',
      origin: 'https://box.test',
      elapsed: 0,
      wall: 0,
    });
  }

  welcome(): void {
    this.say({ t: 'welcome', machine: null, attempt: null, demo: false, walk: null });
  }

  count(type: string): number {
    return this.sent.filter((message) => message['t'] === type).length;
  }
}

function setUp(over: Partial<LinkDeps> = {}) {
  const time = new VirtualTime();
  const sockets: TestSocket[] = [];
  const seen: string[] = [];
  const link = new Link({
    connect: () => {
      const socket = new TestSocket();
      sockets.push(socket);
      return socket;
    },
    timers: time,
    random: () => 0.5,
    device: { publicKey: 'key', sign: (text) => Promise.resolve(`signed:${text}`) },
    origin: 'https://box.test',
    client: 'c',
    agent: 'a'.repeat(500),
    elapsed: () => null,
    accept: () => null,
    welcomed: () => seen.push('welcome'),
    told: (message) => seen.push(message.t),
    timeTold: () => undefined,
    lost: (code) => seen.push(`lost ${code}`),
    ...over,
  });
  const last = (): TestSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  const connect = async () => {
    link.start();
    last().greet();
    await time.pass(0);
    last().welcome();
  };
  return { time, link, sockets, seen, last, connect };
}

t.test('challenge, hello with a signature over purpose, box, epoch, nonce and origin, welcome', async (t) => {
  const { link, last, seen, time } = setUp({ elapsed: () => 1234.4 });
  link.start();
  t.equal(link.ready, false);
  last().greet();
  await time.pass(0);
  t.match(last().sent[0], {
    t: 'hello',
    v: 1,
    key: 'key',
    elapsed: 1234,
    sig: 'signed:gongyuan/socket/v1\n{"box":"bx","boxEpoch":3,"nonce":"nonce","origin":"https://box.test"}',
  });
  t.equal(String(last().sent[0]?.['agent']).length, 400);
  last().welcome();
  t.equal(link.ready, true);
  last().welcome();
  t.same(seen, ['welcome', 'welcome'], 'the box may greet again');
});

t.test('requests are answered by their number, refused with code and map, or run out', async (t) => {
  const { link, last, connect, time } = setUp();
  await t.rejects(link.request({ t: 'press' }), { code: 'offline/no-answer' });
  await connect();
  const one = link.request({ t: 'press' });
  const two = link.request({ t: 'confirm' });
  const three = link.request({ t: 'back' });
  const ids = last()
    .sent.filter(({ id }) => id !== undefined)
    .map(({ id }) => Number(id));
  last().say({ t: 'error', id: ids[1] ?? 0, code: 'attempt/none', detail: { a: 1 } });
  last().say({ t: 'ok', id: ids[0] ?? 0 });
  t.match(await one, { t: 'ok' });
  await t.rejects(two, { code: 'attempt/none', detail: { a: 1 } });
  const lost = t.rejects(three, { code: 'offline/no-answer' });
  await time.pass(10_001);
  await lost;
});

t.test('tries again fast at first and calmer later, and at once when the network is back', async (t) => {
  const { link, sockets, last, time, connect } = setUp();
  link.start();
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const from = time.now();
    const { length } = sockets;
    last().onclose?.({ code: 1006, reason: '' });
    await time.until(() => sockets.length > length, 20_000, 1);
    waits.push(time.now() - from);
  }
  t.ok((waits[0] ?? 0) <= 250);
  t.ok((waits[7] ?? 0) <= 5_000 && (waits[7] ?? 0) > 2_500);
  last().onclose?.({ code: 1006, reason: '' });
  const { length } = sockets;
  link.poke();
  t.equal(sockets.length, length + 1);
  last().greet();
  await time.pass(0);
  last().welcome();
  t.equal(link.ready, true);
  await connect();
});

t.test('silence ends the connection; answers to time keep it', async (t) => {
  const { last, connect, time, seen, sockets } = setUp();
  await connect();
  await time.pass(60_000);
  t.equal(sockets.length, 1);
  t.ok(last().count('time') >= 60_000 / PING_EVERY_MS);
  last().alive = false;
  await time.pass(SILENCE_MS + PING_EVERY_MS);
  t.ok(seen.includes('lost null'));
  t.equal(sockets[0]?.closed, true);
});

t.test('a connection that never gets to its welcome is given up', async (t) => {
  const { link, sockets, time } = setUp();
  link.start();
  await time.pass(10_600);
  t.ok(sockets.length >= 2);
  t.equal(sockets[0]?.closed, true);
});

t.test('a refused box is not told who we are, and asked again later', async (t) => {
  const { link, sockets, last, time, seen } = setUp({ accept: () => 'socket/older-box' });
  link.start();
  last().greet();
  await time.pass(0);
  t.equal(last().count('hello'), 0);
  t.same(seen, ['lost socket/older-box']);
  await time.pass(10_000);
  t.equal(sockets.length, 1);
  await time.pass(6_000);
  t.equal(sockets.length, 2);
});

t.test('a machine that was replaced stays away until a person comes back', async (t) => {
  const { link, sockets, last, time, seen, connect } = setUp();
  await connect();
  last().say({ t: 'error', id: null, code: 'socket/replaced' });
  last().onclose?.({ code: 4001, reason: 'socket/replaced' });
  t.same(seen.slice(-2), ['error', 'lost socket/replaced']);
  await time.pass(120_000);
  t.equal(sockets.length, 1);
  link.poke();
  t.equal(sockets.length, 2);
});

t.test('stopped, it neither connects nor calls back', async (t) => {
  const { link, sockets, time, connect } = setUp();
  await connect();
  link.stop();
  await time.pass(60_000);
  t.equal(sockets.length, 1);
  t.equal(link.sendText('x'), false);
});

t.test('waits are spread over the upper half of each step', async (t) => {
  for (const random of [0, 0.5, 0.999]) {
    const backoff = createBackoff({ firstMs: 250, mostMs: 5_000, random: () => random });
    for (const step of [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      const wait = backoff.next();
      t.ok(wait >= step / 2 && wait <= step, `${wait} of ${step}`);
    }
    backoff.reset();
    t.ok(backoff.next() <= 250);
  }
});
