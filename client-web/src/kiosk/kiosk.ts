/**
 * The kiosk's machinery behind the screens: wires journal, connection, clock, sealed papers, submission and uploads, and
 * carries out the screens' commands. `createKiosk` starts at once; everything from outside is injected.
 */
import type { ResponseValue } from '#protocol/paper.ts';
import { Clock } from '../clock/clock.ts';
import { LinkError, type Request } from '../link/link.types.ts';
import type { KioskDeps } from './core.ts';
import type { Desk } from './desk.ts';
import type { Kiosk, KioskSnapshot } from './kiosk.types.ts';
import { Parts } from './parts.ts';
import { type Moment, shownDesk, takeSnapshot } from './snapshot.ts';

type OwnMoment = Omit<Moment, 'sealed' | 'uploads' | 'making'>;

export function createKiosk(deps: KioskDeps): Kiosk {
  const machine = new KioskMachine(deps);
  void machine.start();
  return machine;
}

class KioskMachine implements Kiosk {
  readonly #deps: KioskDeps;
  readonly #listeners = new Set<(snapshot: KioskSnapshot) => void>();
  readonly #clock: Clock;
  #parts: Parts | null = null;
  #moment: OwnMoment;
  #snapshot: KioskSnapshot | null = null;
  #telling = false;
  #stopped = false;
  #ending: (() => void)[] = [];

  constructor(deps: KioskDeps) {
    this.#deps = deps;
    this.#clock = new Clock(deps.timers, deps.pcWall);
    this.#moment = {
      phase: 'starting',
      error: null,
      busy: false,
      lostAt: deps.timers.now(),
      savedWall: null,
    };
  }

  async start(): Promise<void> {
    const unlock = await this.#deps.lock(() => this.#set({ phase: 'other-tab' }));
    this.#ending.push(unlock);
    if (this.#stopped) return unlock();
    this.#set({ phase: 'starting' });
    const unfit = this.#deps.unfit();
    if (unfit) return this.#set({ phase: 'refused', error: { code: unfit } });
    try {
      const store = await this.#deps.openStore();
      this.#ending.push(() => store.close());
      const device = await this.#deps.loadDevice(store);
      const parts = new Parts(this.#deps, store, device, this.#clock, {
        emit: () => this.#emit(),
        fail: (error) => this.#set({ error }),
        mend: (code) => {
          if (this.#moment.error?.code === code) this.#set({ error: null });
        },
        connected: (on) =>
          this.#set({ lostAt: on ? null : (this.#moment.lostAt ?? this.#deps.timers.now()) }),
        saved: () => this.#set({ savedWall: this.#clock.wall() }),
      });
      this.#parts = parts;
      await parts.recall();
      if (this.#stopped) return;
      this.#set({ phase: 'running' });
      this.#ending.push(
        this.#deps.watch({ leaving: () => void this.flush(), back: () => parts.core.link.poke() }),
        parts.start(),
      );
    } catch {
      // Without a journal nobody may write here: what was typed would be safe nowhere.
      this.#set({ phase: 'refused', error: { code: 'kiosk/storage' } });
    }
  }

  get snapshot(): KioskSnapshot {
    const { core, papers, uploads, submitter } = this.#parts ?? {};
    const desk = core ? shownDesk(core) : null;
    this.#snapshot ??= takeSnapshot(core ?? null, {
      ...this.#moment,
      sealed: papers?.progress ?? null,
      uploads: uploads?.list ?? [],
      making: desk !== null && submitter?.isMaking(desk) === true,
    });
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: KioskSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  elapsed(): number | null {
    return this.#clock.elapsed();
  }

  wall(): number {
    return this.#clock.wall();
  }

  async stop(): Promise<void> {
    await this.flush();
    this.#stopped = true;
    for (const end of this.#ending.reverse()) end();
  }

  press(): Promise<void> {
    return this.#command(async ({ core }) => {
      const ok = await core.link.request({ t: 'press' });
      if (ok.seat) core.machineSeat = ok.seat;
    });
  }

  login(number: string, code?: string): Promise<void> {
    return this.#command(({ session }) => session.login(number.trim(), code?.trim()));
  }

  async portrait(picture: Blob): Promise<void> {
    await this.#parts?.portrait.take(picture);
  }

  confirm(): Promise<void> {
    return this.#step({ t: 'confirm' });
  }

  back(): Promise<void> {
    return this.#command(async ({ core, session }) => {
      await core.link.request({ t: 'back' });
      await session.adopt(null);
    });
  }

  pledge(): Promise<void> {
    const pledge = this.snapshot.attempt?.pledge;
    return pledge ? this.#step({ t: 'pledge', sha256: pledge.sha256 }) : Promise.resolve();
  }

  answer(item: string, response: string, value: ResponseValue): void {
    this.#writable()?.writing.answer(item, response, value);
  }

  type(item: string, response: string, text: string): void {
    this.#writable()?.writing.type(item, response, text);
  }

  async flush(): Promise<void> {
    const { core } = this.#parts ?? {};
    core?.desk?.writing.flush();
    await core?.writer.settle();
  }

  mark(item: string, on: boolean): void {
    this.#writable()?.writing.mark(item, on);
  }

  go(item: string): void {
    this.#writable()?.writing.go(item);
  }

  play(item: string, media: string, plays: number, ms: number): void {
    this.#writable()?.writing.play(item, media, plays, ms);
  }

  async attachFile(item: string, response: string, file: File): Promise<void> {
    const desk = this.#writable();
    if (desk) await this.#command(({ uploads }) => uploads.add(desk, item, response, file));
  }

  mediaUrl(media: string): Promise<string> {
    return this.#parts ? this.#parts.papers.url(media) : Promise.reject(new Error('the paper is not open'));
  }

  submit(): Promise<void> {
    return this.#command(async ({ core, submitter }) => {
      const desk = shownDesk(core);
      if (desk) await submitter.handIn(desk, 'person');
    });
  }

  noticeSeen(notice: string): void {
    this.#parts?.noticeSeen(notice);
  }

  repair(): Promise<void> {
    return this.#command(async ({ core, papers }) => {
      core.desk?.writing.flush();
      await core.writer.settle();
      // Nothing old is given up before the new is here: a failure leaves all as it was.
      await Promise.all([papers.refetch(), this.#deps.shell.repair()]).catch(() => {
        throw new LinkError('offline/no-answer');
      });
      this.#deps.shell.reload();
    });
  }

  next(): Promise<void> {
    return this.#command(async (parts) => {
      if (shownDesk(parts.core)?.record.receipt) await parts.putAway();
    });
  }

  #writable(): Desk | null {
    const parts = this.#parts;
    const desk = parts ? shownDesk(parts.core) : null;
    return parts && desk?.writable && !parts.submitter.isMaking(desk) ? desk : null;
  }

  #step(request: Request): Promise<void> {
    return this.#command(async ({ core, session }) => {
      const ok = await core.link.request(request);
      if (ok.attempt) await session.adopt(ok.attempt);
    });
  }

  /** Runs a command of the screens; a refusal becomes `error` in the snapshot. */
  async #command(run: (parts: Parts) => Promise<void>): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    this.#set({ busy: true, error: null });
    try {
      await run(parts);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      const { code, detail, map } = error;
      this.#set({ error: { code, ...(detail ? { detail } : {}), ...(map ? { map } : {}) } });
    } finally {
      this.#set({ busy: false });
    }
  }

  #set(change: Partial<OwnMoment>): void {
    this.#moment = { ...this.#moment, ...change };
    this.#emit();
  }

  /** The snapshot is made when it is read; listeners are called once for all that changes in one turn. */
  #emit(): void {
    this.#snapshot = null;
    if (this.#telling || this.#stopped) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of [...this.#listeners]) listener(this.snapshot);
    });
  }
}
