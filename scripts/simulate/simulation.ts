/** A simulation from beginning to end: people, machines, doors, start, writing, handing in, report. */
import type { DemoAnswer, SessionDetail } from '#protocol/console.ts';
import { BoxAccess } from './box-access.ts';
import { Candidate } from './candidate.ts';
import type { Hall, Phase } from './hall.ts';
import type { SimulationOptions } from './options.ts';
import { PaperShelf } from './paper-shelf.ts';
import { chooseFree, freeSeats, type Listed, ofDemo, ofFile } from './people.ts';
import { Metrics, type SimulationReport } from './report.ts';
import { StaffClient } from './staff-client.ts';

export interface Progress {
  metrics: Metrics;
  phase: string;
  connected: number;
  seconds: number;
}

export interface RunningSimulation {
  /** Called every two seconds. */
  onProgress?: (progress: Progress) => void;
  /** Aborted: everybody hands in now. */
  signal?: AbortSignal;
}

const TICK_MS = 1_000;
const PROGRESS_MS = 2_000;
/** New connections a second: machines of a site are not switched on in the same instant. */
const CONNECTS_PER_SECOND = 150;
/** Everybody must be enrolled, or at the desk, after so long; and so long more for each candidate. */
const STEP_MS = 60_000;
const STEP_EACH_MS = 60;
/** People put their pens down within so long, at the least, and one after the other so far apart. */
const HAND_IN_MS = 1_000;
const HAND_IN_EACH_MS = 20;
/** From the end of writing until the last answer must have arrived. */
const DELIVERY_MS = 90_000;

export async function simulate(
  options: SimulationOptions,
  { onProgress = () => {}, signal }: RunningSimulation = {},
): Promise<SimulationReport> {
  const from = performance.now();
  const box = await BoxAccess.open(options.url, options.ca ?? undefined);
  const { demo, technician, chief, staff } = await signIns(box, options);
  const session = await findSession(options, demo, staff[0] ?? null);
  const listed = await list(options, demo, technician, session);
  const isFree = technician ? await freeSeats(technician, session) : () => true;
  const people = chooseFree(listed, isFree, options.candidates);
  if (people.length === 0) throw new Error('there is no candidate with a free seat');
  const starts = chief !== null && (options.start ?? box.info.demo);
  if (starts && (await detail(chief, session)).state === 'planned')
    await chief.call('POST /api/v1/console/sessions/:session/open-entry', { session });

  const metrics = new Metrics();
  let openDoors: () => void = () => {};
  const hall: Hall = {
    box,
    metrics,
    shelf: new PaperShelf(box, metrics),
    seed: options.seed,
    everyMs: options.everySeconds * 1_000,
    dropsPerMinute: options.drop,
    submits: options.submits,
    enrol: technician && ((pending, room, seat) => enrol(technician, pending, room, seat)),
    doors: new Promise((resolve) => {
      openDoors = resolve;
    }),
    startSentAt: null,
  };
  const candidates = people.map((person) => new Candidate(person, hall));
  const crowd = new Crowd(candidates, metrics, from, onProgress);
  const patience = STEP_MS + STEP_EACH_MS * candidates.length;
  try {
    await crowd.connect(signal);
    await crowd.until('enrolling', (phase) => phase !== 'connecting', patience, signal);
    openDoors();
    await crowd.until(
      'signing in',
      (phase) => phase !== 'connecting' && phase !== 'enrolled',
      patience,
      signal,
    );
    if (starts && (await detail(chief, session)).state !== 'running') {
      hall.startSentAt = performance.now();
      await chief.call('POST /api/v1/console/sessions/:session/start', { session }, {});
    }
    await crowd.until(
      'waiting',
      (phase) => phase !== 'waiting',
      starts ? patience : Number.POSITIVE_INFINITY,
      signal,
    );
    await crowd.pass('writing', options.minutes * 60_000, signal);
    await crowd.handIn(DELIVERY_MS, Math.max(HAND_IN_MS, candidates.length * HAND_IN_EACH_MS));
  } finally {
    crowd.end();
    for (const one of staff) one.close();
  }
  return metrics.report({
    seed: options.seed,
    url: options.url,
    candidates: candidates.length,
    minutes: options.minutes,
    seconds: Math.round((performance.now() - from) / 100) / 10,
  });
}

/** All candidates together: the one clock that ticks for them, and waiting for them. */
class Crowd {
  readonly #candidates: readonly Candidate[];
  readonly #metrics: Metrics;
  readonly #timers: NodeJS.Timeout[];
  #phase = 'connecting';

  constructor(
    candidates: readonly Candidate[],
    metrics: Metrics,
    from: number,
    onProgress: (progress: Progress) => void,
  ) {
    this.#candidates = candidates;
    this.#metrics = metrics;
    this.#timers = [
      setInterval(() => {
        const now = performance.now();
        for (const candidate of candidates) candidate.tick(now);
      }, TICK_MS),
      setInterval(() => {
        const connected = candidates.filter((candidate) => candidate.connected).length;
        const seconds = (performance.now() - from) / 1000;
        onProgress({ metrics, phase: this.#phase, connected, seconds });
      }, PROGRESS_MS),
    ];
  }

  async connect(signal?: AbortSignal): Promise<void> {
    const batch = Math.ceil(CONNECTS_PER_SECOND / 10);
    for (let i = 0; i < this.#candidates.length && !signal?.aborted; i += batch) {
      for (const candidate of this.#candidates.slice(i, i + batch)) candidate.connect();
      await sleep(100);
    }
  }

  /** Until everybody is past a phase; who is not after `patienceMs` is named. */
  async until(
    name: string,
    past: (phase: Phase) => boolean,
    patienceMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    this.#phase = name;
    const from = performance.now();
    const behind = () => this.#candidates.filter(({ phase }) => !past(phase));
    while (behind().length > 0 && !signal?.aborted) {
      if (performance.now() - from > patienceMs) {
        const [first] = behind();
        this.#metrics.broken(`${behind().length} candidates got stuck ${name}, e.g. ${first?.person.number}`);
        return;
      }
      await sleep(50);
    }
  }

  async pass(name: string, ms: number, signal?: AbortSignal): Promise<void> {
    this.#phase = name;
    const from = performance.now();
    while (performance.now() - from < ms && !signal?.aborted)
      await sleep(Math.max(1, Math.min(200, ms - (performance.now() - from))));
  }

  /** Everybody finishes within `spreadMs`; who has not delivered after `patienceMs` is counted. */
  async handIn(patienceMs: number, spreadMs: number): Promise<void> {
    this.#phase = 'handing in';
    const step = spreadMs / Math.max(1, this.#candidates.length);
    for (const [i, candidate] of this.#candidates.entries()) setTimeout(() => candidate.finish(), i * step);
    await this.until('handing in', (phase) => phase === 'done' || phase === 'failed', patienceMs + spreadMs);
    for (const candidate of this.#candidates) this.#metrics.undelivered += candidate.undelivered;
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const candidate of this.#candidates) candidate.stop();
  }
}

async function signIns(
  box: BoxAccess,
  options: SimulationOptions,
): Promise<{
  demo: DemoAnswer | null;
  staff: StaffClient[];
  technician: StaffClient | null;
  chief: StaffClient | null;
}> {
  const demo =
    box.info.demo && box.loopback
      ? (JSON.parse((await box.fetch({ path: '/api/v1/demo' })).body.toString()) as DemoAnswer)
      : null;
  const wanted = ['technician', 'chief'];
  const known =
    options.staff.length > 0
      ? options.staff
      : (demo?.staff ?? []).filter(({ role }) => wanted.includes(role));
  const staff: StaffClient[] = [];
  for (const { login, password } of known) staff.push(await StaffClient.signIn(box, login, password));
  const having = (role: string) => staff.find(({ me }) => me.role === role) ?? null;
  return { demo, staff, technician: having('technician') ?? having('administrator'), chief: having('chief') };
}

async function findSession(
  options: SimulationOptions,
  demo: DemoAnswer | null,
  staff: StaffClient | null,
): Promise<string> {
  if (options.session) return options.session;
  if (demo) return demo.session;
  if (!staff) throw new Error('give --staff LOGIN:PASSWORD, or use a demo box on this computer');
  const sessions = await staff.call('GET /api/v1/console/sessions');
  const going = sessions.filter(({ state }) => state === 'open' || state === 'running');
  const [only, another] = going.length > 0 ? going : sessions.filter(({ state }) => state === 'planned');
  if (!only || another) throw new Error('there is not exactly one session to sit: name it with --session');
  return only.session;
}

async function list(
  options: SimulationOptions,
  demo: DemoAnswer | null,
  staff: StaffClient | null,
  session: string,
): Promise<Listed[]> {
  if (options.candidatesFile) return ofFile(options.candidatesFile, { staff, session });
  if (demo) return ofDemo(demo);
  throw new Error('this is no demo box: give --candidates-file');
}

async function detail(staff: StaffClient, session: string): Promise<SessionDetail> {
  return staff.call('GET /api/v1/console/sessions/:session', { session });
}

async function enrol(staff: StaffClient, pending: string, room: string, seat: string): Promise<void> {
  await staff.call('POST /api/v1/console/machines/seat', {}, { pending, room, seat });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
