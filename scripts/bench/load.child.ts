/**
 * The load: as many machines as asked for, each with its own key, address and connection. Chains are computed before a
 * round, so that hashing here limits nothing. One frame carries one revision, as a typing candidate's does.
 */
import { createSecureContext } from 'node:tls';
import { WebSocket } from 'ws';
import { encodeFrame } from '#domain/attempt/revision.ts';
import { type Rng, seeded, subSeed } from '#domain/random/seeded.ts';
import type { DemoAnswer } from '#protocol/console.ts';
import { BoxAccess } from '../simulate/box-access.ts';
import { Device } from '../simulate/device.ts';
import { Journal } from '../simulate/journal.ts';
import { addressAt } from '../simulate/people.ts';
import { quantile, sorted } from '../simulate/report.ts';
import { BoxSocket } from '../simulate/socket-client.ts';
import { changeText } from '../simulate/words.ts';
import { answer, type Handlers } from './children.ts';

interface Machine {
  journal: Journal;
  rng: Rng;
  text: string;
  box: BoxSocket;
  echo: WebSocket | null;
  sent: number;
  acked: number;
  /** Sent to the echo this round, and come back. */
  echoed: number;
  /** When a revision of the paced round was sent. */
  sentAt: number[];
}

export interface Round {
  revisions: number;
  ms: number;
  /** Connections that ran out of prepared revisions: the round says too little. */
  starved: number;
}

const machines: Machine[] = [];
const refusals = new Map<string, number>();
/** Opening a connection costs both sides a key exchange; a site's machines do it over minutes. */
const AT_ONCE = 50;

async function connect({
  url,
  site,
  seed,
}: {
  url: string;
  site: DemoAnswer;
  seed: string;
}): Promise<{ ms: number }> {
  const box = await BoxAccess.open(url);
  const from = performance.now();
  let next = 0;
  const one = async () => {
    for (let i = next++; i < site.candidates.length; i = next++)
      machines[i] = await enter(box, site.candidates[i]?.number ?? '', i, seed);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  setInterval(() => {
    const now = performance.now();
    for (const machine of machines) machine.box.tick(now);
  }, 2_000);
  return { ms: performance.now() - from };
}

/** From the connection to the waiting room. */
async function enter(box: BoxAccess, number: string, index: number, seed: string): Promise<Machine> {
  const device = new Device(seed, number);
  let machine: Machine | null = null;
  const socket = await new Promise<BoxSocket>((resolve, reject) => {
    const opened: BoxSocket = new BoxSocket({
      box,
      device,
      client: 'gongyuan-bench/1',
      agent: 'bench',
      address: addressAt(index),
      elapsed: () => null,
      accept: () => null,
      closed: (code, reason) => reject(new Error(`closed with ${code} ${reason}`)),
      heard(message) {
        if (message.t === 'ack') {
          if (machine) acknowledged(machine, message.rev);
        } else if (message.t === 'welcome') resolve(opened);
        else if (message.t === 'error' || message.t === 'refused' || message.t === 'gap')
          count(message.t === 'gap' ? 'gap' : message.code);
      },
    });
  });
  const { attempt } = await socket.request({ t: 'login', number });
  if (!attempt) throw new Error(`${number} was not let in`);
  await socket.request({ t: 'confirm' });
  if (attempt.pledge) await socket.request({ t: 'pledge', sha256: attempt.pledge.sha256 });
  const journal = new Journal({ attempt: attempt.attempt, epoch: attempt.epoch, key: device.publicKey });
  machine = {
    journal,
    rng: seeded(subSeed(seed, 'bench', number)),
    text: '',
    box: socket,
    echo: null,
    sent: 0,
    acked: 0,
    echoed: 0,
    sentAt: [],
  };
  return machine;
}

async function connectEcho({ url, ca }: { url: string; ca: string }): Promise<void> {
  const secureContext = createSecureContext({ ca });
  let next = 0;
  const one = async () => {
    for (let i = next++; i < machines.length; i = next++) {
      const machine = machines[i];
      if (machine) machine.echo = await openEcho(url, secureContext, machine);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

function openEcho(
  url: string,
  secureContext: ReturnType<typeof createSecureContext>,
  machine: Machine,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    // `ws` hands its options on to `tls.connect`, which knows `secureContext`; the types of `ws` do not name it.
    const options = { secureContext, family: 4, perMessageDeflate: false };
    const socket = new WebSocket(url, options);
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
    // Read as the box's acknowledgement is.
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { t: string };
      if (message.t === 'rev') running?.came(machine);
    });
  });
}

/** Writes until every machine has so many revisions that were not sent. */
function prepare({ each }: { each: number }): void {
  for (const machine of machines)
    while (machine.journal.rev - machine.sent < each) {
      if (machine.rng.below(100) < 30) {
        const v = ['A', 'B', 'C', 'D'][machine.rng.below(4)] ?? 'A';
        machine.journal.append('Q1', { t: 'set', resp: 'R', v }, machine.journal.rev);
        continue;
      }
      machine.text = changeText(machine.text, { most: 3_000, essay: true, language: 'zh' }, machine.rng);
      machine.journal.type('Q3', 'R', machine.text, machine.journal.rev);
    }
}

interface Running {
  came: (machine: Machine) => void;
}
let running: Running | null = null;

/** Every machine keeps `depth` frames under way for so long; what came back in that time is counted. */
function round({ target, ms, depth }: { target: 'box' | 'echo'; ms: number; depth: number }): Promise<Round> {
  return new Promise((resolve) => {
    const from = performance.now();
    const starved = new Set<Machine>();
    let revisions = 0;
    let underWay = 0;
    let over = false;
    for (const machine of machines) machine.echoed = 0;
    const send = (machine: Machine) => {
      if (sendNext(machine, target)) underWay += 1;
      else starved.add(machine);
    };
    running = {
      came(machine) {
        underWay -= 1;
        if (!over) {
          revisions += 1;
          send(machine);
        }
        if (over && underWay === 0) finish();
      },
    };
    const finish = () => {
      running = null;
      resolve({ revisions, ms: elapsed, starved: starved.size });
    };
    let elapsed = ms;
    setTimeout(() => {
      over = true;
      elapsed = performance.now() - from;
      if (underWay === 0) finish();
    }, ms);
    for (let i = 0; i < depth; i++) for (const machine of machines) send(machine);
  });
}

/** Sends so many revisions a second, evenly over all machines, and measures each one's way to the disk and back. */
async function paced({ perSecond, ms }: { perSecond: number; ms: number }): Promise<{
  revisions: number;
  p50: number | null;
  p99: number | null;
  most: number | null;
}> {
  const times: number[] = [];
  const from = performance.now();
  running = { came: () => undefined };
  for (const machine of machines) machine.sentAt = [];
  latency = (sentAt) => times.push(performance.now() - sentAt);
  let sent = 0;
  let next = 0;
  while (performance.now() - from < ms) {
    const due = ((performance.now() - from) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const machine = machines[next++ % machines.length];
      if (!machine) break;
      machine.sentAt[machine.sent + 1] = performance.now();
      sendNext(machine, 'box');
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const patience = performance.now() + 10_000;
  while (machines.some(({ sent: s, acked }) => acked < s) && performance.now() < patience)
    await new Promise((resolve) => setTimeout(resolve, 20));
  latency = null;
  running = null;
  const all = sorted(times);
  return {
    revisions: times.length,
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    most: quantile(all, 1),
  };
}
let latency: ((sentAt: number) => void) | null = null;

function sendNext(machine: Machine, target: 'box' | 'echo'): boolean {
  if (target === 'echo') {
    // The frames that the box gets in its next round, again from the first when they are used up.
    const ahead = Math.max(1, machine.journal.rev - machine.sent);
    const rev = machine.sent + 1 + (machine.echoed++ % ahead);
    const [entry] = machine.journal.range(rev, rev);
    if (!entry || !machine.echo) return false;
    machine.echo.send(encodeFrame([entry]));
    return true;
  }
  const [entry] = machine.journal.range(machine.sent + 1, machine.sent + 1);
  if (!entry) return false;
  machine.sent += 1;
  return machine.box.sendText(encodeFrame([entry]));
}

function acknowledged(machine: Machine, rev: number): void {
  for (let one = machine.acked + 1; one <= rev; one++) {
    const sentAt = machine.sentAt[one];
    if (latency && sentAt !== undefined) latency(sentAt);
    running?.came(machine);
  }
  machine.acked = Math.max(machine.acked, rev);
}

function count(code: string): void {
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
}

/** What was acknowledged, to be compared with what the box's database holds. */
function acknowledgedHeads(): { stream: string; rev: number; hash: string }[] {
  return machines.map(({ journal, acked }) => ({
    stream: journal.stream,
    rev: acked,
    hash: journal.hashAt(acked),
  }));
}

function refused(): Record<string, number> {
  return Object.fromEntries(refusals);
}

const handlers = {
  connect,
  connectEcho,
  prepare,
  round,
  paced,
  acknowledgedHeads,
  refused,
} satisfies Handlers;
export type LoadHandlers = typeof handlers;
answer(handlers);
