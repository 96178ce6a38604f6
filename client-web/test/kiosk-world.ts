/** A kiosk, its machine and a modelled box in one small world with virtual time and a network that can fail. */
import { createHash } from 'node:crypto';
import { PAPER_FORMAT, type Paper, type PaperItem } from '#protocol/paper.ts';
import type { ServerMessage } from '#protocol/socket.ts';
import { pause } from '../src/clock/timers.ts';
import type { KioskDeps } from '../src/kiosk/core.ts';
import { createKiosk } from '../src/kiosk/kiosk.ts';
import type { Kiosk } from '../src/kiosk/kiosk.types.ts';
import type { SocketLike } from '../src/link/link.types.ts';
import { MemoryStore } from './memory-store.ts';
import { type ModelOptions, ModelServer, modelSignature } from './model-server.ts';
import { VirtualTime } from './virtual-time.ts';

export const ATTEMPT = `at_${'0123456789abcdef'}`;
export const OTHER_ATTEMPT = `at_${'fedcba9876543210'}`;
export const TICKET = 'T-001';
export const ITEMS = ['q1', 'q2', 'q3', '__proto__'] as const;
export const PAPER_ID = `pa_${'p'.repeat(16)}`;
const DEVICE = 'D'.repeat(87);
const IDENTITY = 'AGE-SECRET-KEY-1MODEL';

function item(id: string): PaperItem {
  return {
    id,
    title: id,
    stimuli: [],
    body: [],
    responses: [
      { id: 'text', cardinality: 'single', base: 'string' },
      { id: 'choice', cardinality: 'multiple', base: 'identifier', allowed: { ids: ['a', 'b', 'c'] } },
      { id: 'file', cardinality: 'single', base: 'file', maxBytes: 1000, types: ['text/plain'] },
    ],
  };
}

export const PAPER: Paper = {
  format: PAPER_FORMAT,
  id: 'test',
  title: 'Test',
  language: 'en',
  sections: [],
  items: Object.fromEntries(ITEMS.map((id) => [id, item(id)])),
  stimuli: {},
  media: {
    m1: { id: 'm1', kind: 'audio', file: 'f1.age', name: 'listening', type: 'audio/ogg', bytes: 4 },
  },
  styles: '',
  fonts: [],
};

const SEALED = { 'f0.age': `sealed:${JSON.stringify(PAPER)}`, 'f1.age': 'sealed:beep' } as const;

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const FILES = Object.entries(SEALED).map(([name, text]) => ({
  name,
  role: name === 'f0.age' ? ('paper' as const) : ('media' as const),
  bytes: Buffer.byteLength(text),
  sha256: sha256Hex(text),
}));

/** One socket between kiosk and box: frames keep their order, take their time, and may still arrive after a cut. */
class ModelSocket implements SocketLike {
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly #world: World;
  #open = true;
  /** When the last frame of each direction arrives. */
  #up = 0;
  #down = 0;
  #hear: ((text: string) => void) | null = null;
  #gone: (() => void) | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#down = this.#up = world.time.now();
    world.time.after(world.delay(), () => this.#connect());
  }

  #connect(): void {
    if (!this.#open) return;
    if (!this.#world.up) return this.cut();
    const { hear, gone } = this.#world.server.connect({
      deliver: (message) => this.#deliver(message),
      close: (code, reason) => {
        this.#world.time.after(this.#world.delay(), () => this.#end(code, reason));
      },
    });
    this.#hear = hear;
    this.#gone = gone;
  }

  send(text: string): void {
    if (!this.#open) return;
    const world = this.#world;
    this.#up = Math.max(this.#up, world.time.now() + world.delay());
    const times = world.twice() ? 2 : 1;
    for (let i = 0; i < times; i += 1)
      world.time.after(this.#up - world.time.now(), () => {
        // After a cut, what was on the way may have got through all the same: late, past newer connections.
        if (world.up && (this.#open || world.late())) this.#hear?.(text);
      });
  }

  close(): void {
    this.#open = false;
    this.#gone?.();
  }

  cut(): void {
    this.#end(1006, '');
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#gone?.();
    this.onclose?.({ code, reason });
  }

  #deliver(message: ServerMessage): void {
    const { time } = this.#world;
    this.#down = Math.max(this.#down, time.now() + this.#world.delay());
    time.after(this.#down - time.now(), () => {
      if (!this.#open || !this.#world.up) return;
      this.#world.heard.push(message);
      if (message.t !== 'challenge' && message.t !== 'welcome' && this.#world.lose()) return;
      this.onmessage?.({ data: JSON.stringify(message) });
    });
  }
}

export class World {
  readonly time = new VirtualTime();
  /** Writing to the disk takes some milliseconds. */
  readonly store = new MemoryStore(() => pause(this.time, 1 + Math.round(this.#random() * 40)));
  readonly server: ModelServer;
  kiosk: Kiosk | null = null;
  up = true;
  /** Chances of a frame to be swallowed, doubled, or to arrive although the line was cut. */
  loss = 0;
  doubling = 0;
  lateness = 0;
  slowMs = 20;
  /** Uploads that arrived, by digest. */
  readonly uploaded = new Map<string, string>();
  /** What the box said, as it arrived. */
  readonly heard: ServerMessage[] = [];
  readonly sealedFetches: string[] = [];
  /** Makes the box answer sealed files wrongly. */
  spoil: (name: string) => boolean = () => false;
  #sockets: ModelSocket[] = [];
  #random: () => number;

  constructor(random: () => number, options: Partial<ModelOptions> = {}) {
    this.#random = random;
    const files = { id: PAPER_ID, version: 'A', files: FILES };
    this.server = new ModelServer(this.time, {
      renew: 'attach',
      files,
      identity: IDENTITY,
      level: 1,
      ...options,
    });
    this.server.dropNext = () => this.#random() < this.loss;
    this.server.add(TICKET, ATTEMPT);
  }

  delay = () => 1 + Math.round(this.#random() * this.slowMs);
  lose = () => this.#random() < this.loss;
  twice = () => this.#random() < this.doubling;
  late = () => this.#random() < this.lateness;

  /** Opens the page; `changes` replace parts of the injected world. */
  open(changes: Partial<KioskDeps> = {}): Kiosk {
    // Timers and sockets of a page that crashed must not reach the new one: each page has its own switch.
    const page = { alive: true };
    this.#page = page;
    const time = this.time;
    this.kiosk = createKiosk({
      unfit: () => null,
      openStore: () => Promise.resolve(guarded(this.store, page)),
      loadDevice: () =>
        Promise.resolve({ publicKey: DEVICE, sign: (text) => Promise.resolve(modelSignature(DEVICE, text)) }),
      lock: () => Promise.resolve(() => undefined),
      connect: () => {
        const socket = new ModelSocket(this);
        this.#sockets.push(socket);
        return socket;
      },
      http: (path, init) => this.#http(path, init),
      sha256: (bytes) => Promise.resolve(sha256Hex(new Uint8Array(bytes))),
      openFile: async (identity, sealed, type) => {
        const text = await sealed.text();
        if (identity !== IDENTITY || !text.startsWith('sealed:')) throw new Error('cannot be opened');
        return new Blob([text.slice('sealed:'.length)], { type });
      },
      objectUrl: { create: (blob) => `blob:${blob.type}:${blob.size}`, revoke: () => undefined },
      timers: {
        now: () => time.now(),
        after: (ms, run) => time.after(ms, () => page.alive && run()),
      },
      pcWall: () => 1_600_000_000_000 + time.now(),
      random: () => this.#random(),
      origin: 'https://box.test',
      client: 'test',
      agent: 'test',
      watch: () => () => undefined,
      shell: { repair: () => Promise.resolve(), reload: () => undefined },
      ...changes,
    });
    return this.kiosk;
  }

  #page = { alive: false };

  /** The browser dies: nothing is flushed, what was in a transaction is gone. */
  crash(): void {
    this.#page.alive = false;
    this.store.crash();
    for (const socket of this.#sockets) {
      socket.onclose = null;
      socket.onmessage = null;
      socket.close();
    }
    this.#sockets = [];
    this.kiosk = null;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.cut();
    this.#sockets = [];
  }

  setUp(up: boolean): void {
    this.up = up;
    if (!up) this.cut();
  }

  /** Signs in, and goes through every step to the exam. */
  async toExam(durationMs = 7_200_000): Promise<Kiosk> {
    const kiosk = this.kiosk ?? this.open();
    await this.stage('seat');
    await this.run(kiosk.login(TICKET));
    await this.stage('confirm');
    void kiosk.confirm();
    await this.stage('pledge');
    void kiosk.pledge();
    await this.stage('waiting');
    await this.time.until(() => kiosk.snapshot.sealed?.complete === true);
    this.server.start(TICKET, durationMs);
    await this.stage('exam');
    return kiosk;
  }

  /** Lets time pass until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const marked = work.finally(() => {
      state.done = true;
    });
    // Seen to below; a rejection in between must not count as unhandled.
    marked.catch(() => undefined);
    if (!(await this.time.until(() => state.done, 60_000, 20))) throw new Error('it takes too long');
    return marked;
  }

  async stage(wanted: string, mostMs = 60_000): Promise<void> {
    const reached = await this.time.until(() => this.kiosk?.snapshot.stage === wanted, mostMs, 50);
    if (!reached) {
      const { stage, error } = this.kiosk?.snapshot ?? {};
      throw new Error(`${wanted} was not reached: ${stage} ${JSON.stringify(error)}`);
    }
  }

  async #http(path: string, init?: RequestInit): Promise<Response> {
    if (!this.up) throw new TypeError('Failed to fetch');
    const name = path.split('/').at(-1) ?? '';
    if (init?.method === 'PUT') {
      const body = new Uint8Array(init.body instanceof Blob ? await init.body.arrayBuffer() : []);
      this.uploaded.set(sha256Hex(body), new Headers(init.headers).get('authorization') ?? '');
      return new Response(null, { status: 204 });
    }
    this.sealedFetches.push(name);
    const text = Object.hasOwn(SEALED, name) ? SEALED[name as keyof typeof SEALED] : null;
    if (text === null) return new Response(null, { status: 404 });
    return new Response(this.spoil(name) ? `${text.slice(0, -1)}!` : text);
  }
}

/** A store that a dead page can't reach any more. */
function guarded(store: MemoryStore, page: { alive: boolean }): MemoryStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'write' && !page.alive) return () => new Promise(() => undefined);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Random numbers from a seed (mulberry32), so that a failing run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
