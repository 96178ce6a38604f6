/** The kiosk's parts and what passes between them; one object for the life of the page. */
import { headText } from '#domain/attempt/digest.ts';
import type { ServerMessage, SignedReceipt } from '#protocol/socket.ts';
import type { Clock, ClockAnchor } from '../clock/clock.ts';
import type { DeviceKey } from '../journal/device-key.ts';
import type { Store } from '../journal/store.types.ts';
import { Writer } from '../journal/writer.ts';
import { Link } from '../link/link.ts';
import type { Challenge, Told, Welcome } from '../link/link.types.ts';
import type { AttemptRecord, BoxInfo, CurrentInfo } from './attempt-record.ts';
import type { Core, KioskDeps } from './core.ts';
import { type Desk, reopenDesk } from './desk.ts';
import type { KioskError } from './kiosk.types.ts';
import { Papers } from './papers.ts';
import { Portrait } from './portrait.ts';
import { Session } from './session.ts';
import { Submitter } from './submission.ts';
import { Uploads } from './uploads.ts';

/** The console names a machine without a seat by the beginning of its nonce (docs/protocol.md). */
const NAME_UNITS = 12;
const TICK_MS = 1_000;
/** Every so many ticks: sign the head, remember the clock. */
const SIGN_TICKS = 5;
const ANCHOR_TICKS = 10;

export interface PartsEvents {
  emit(): void;
  fail(error: KioskError | null): void;
  mend(code: string): void;
  connected(on: boolean): void;
  /** Something was written on this machine. */
  saved(): void;
}

export class Parts {
  readonly core: Core;
  readonly session: Session;
  readonly submitter: Submitter;
  readonly uploads: Uploads;
  readonly portrait: Portrait;
  readonly papers: Papers;
  readonly #on: PartsEvents;
  #signed: { stream: string; rev: number } | null = null;

  constructor(deps: KioskDeps, store: Store, device: DeviceKey, clock: Clock, on: PartsEvents) {
    this.#on = on;
    const writer = new Writer(store, deps.timers, () => {
      if (writer.idle) on.saved();
      this.core.desk?.outbox.pump();
      on.emit();
    });
    const link = new Link({
      connect: deps.connect,
      timers: deps.timers,
      random: deps.random,
      device,
      origin: deps.origin,
      client: deps.client,
      agent: deps.agent,
      elapsed: () => (clock.proved ? clock.elapsed() : null),
      accept: (challenge) => this.#accept(challenge),
      welcomed: (welcome) => this.#welcomed(welcome),
      told: (message) => this.#told(message),
      timeTold: (sentAt, told) => clock.answered(sentAt, told),
      lost: (code) => this.#lost(code),
    });
    this.papers = new Papers(deps, store, () => this.core);
    this.core = {
      deps,
      store,
      writer,
      device,
      clock,
      link,
      box: null,
      current: { attempt: null, dismissed: null },
      desk: null,
      machineSeat: null,
      machineName: null,
      walkRoom: null,
      demo: false,
      welcomed: false,
      refusal: null,
      paper: () => this.papers.paper,
      fail: on.fail,
      mend: on.mend,
      emit: on.emit,
    };
    this.session = new Session(this.core, {
      attached: (desk) => this.#attached(desk),
      receipt: (desk, receipt) => this.#received(desk, receipt),
      acknowledged: () => {
        this.submitter.push();
        on.emit();
      },
      changed: (desk) => this.#changed(desk),
      renewed: (desk) => this.submitter.remake(desk),
    });
    this.uploads = new Uploads(this.core, () => this.submitter.push());
    this.portrait = new Portrait({
      link,
      http: deps.http,
      sha256: deps.sha256,
      timers: deps.timers,
      attempt: () => this.core.desk?.record.attempt ?? null,
    });
    this.submitter = new Submitter(this.core, {
      uploaded: () => this.uploads.done,
      reattach: () => this.session.reattach(),
      handedIn: (desk) => this.papers.follow(desk),
    });
  }

  /** Takes up what this machine holds: the exam goes on from here, with or without the box. Rejects with `StoreError`. */
  async recall(): Promise<void> {
    const { store, clock } = this.core;
    // `meta` is written by this class and session.ts alone.
    this.core.box = ((await store.get('meta', ['box'])) as BoxInfo | undefined) ?? null;
    const anchor = (await store.get('meta', ['clock'])) as ClockAnchor | undefined;
    if (anchor) clock.remember(anchor);
    const current = (await store.get('meta', ['current'])) as CurrentInfo | undefined;
    if (!current) return;
    this.core.current = current;
    if (current.attempt === null) return;
    const record = (await store.get('attempts', [current.attempt])) as AttemptRecord | undefined;
    if (!record || record.site !== this.core.box?.site) return;
    this.core.desk = await reopenDesk(this.core, record);
    this.#changed(this.core.desk);
  }

  /** Connects and lets time pass; returns what ends it. */
  start(): () => void {
    const { link, writer, deps } = this.core;
    let ticks = 0;
    let cancel = () => {};
    const tick = () => {
      ticks += 1;
      this.#tick(ticks);
      cancel = deps.timers.after(TICK_MS, tick);
    };
    cancel = deps.timers.after(TICK_MS, tick);
    link.start();
    return () => {
      cancel();
      this.core.desk?.outbox.detach();
      link.stop();
      writer.stop();
      this.papers.follow(null);
    };
  }

  noticeSeen(notice: string): void {
    const { desk } = this.core;
    const found = desk?.record.notices.find((one) => one.notice === notice);
    if (!desk || !found || found.seen) return;
    found.seen = true;
    desk.save();
    this.#tellSeen(desk);
  }

  /** The finished attempt leaves the machine; its journal only if box and machine agree on every answer. */
  async putAway(): Promise<void> {
    const { desk, writer } = this.core;
    if (!desk) return;
    const { attempt, receiptAgrees } = desk.record;
    await this.session.putAway();
    this.uploads.leave();
    if (receiptAgrees)
      writer.enqueue([
        { in: 'entries', under: [attempt], drop: true },
        { in: 'uploads', under: [attempt], drop: true },
        { in: 'attempts', key: [attempt], drop: true },
      ]);
    else writer.enqueue([{ in: 'attempts', key: [attempt], put: { ...desk.record, release: null } }]);
    await writer.settle();
  }

  #accept(challenge: Challenge): string | null {
    const { core } = this;
    const { site, siteName, box, boxEpoch, boxKey } = challenge;
    const known = core.box?.site === site ? core.box : null;
    // A box that was replaced takes nobody back (DESIGN "Two boxes").
    if (known && boxEpoch < known.boxEpoch) return 'socket/older-box';
    if (core.box && !known) {
      // Another site took this address over: what was kept belongs to the first and stays out of sight.
      core.desk?.outbox.detach();
      core.desk = null;
      this.#changed(null);
    }
    core.clock.connected(challenge);
    core.machineName = challenge.nonce.slice(0, NAME_UNITS);
    core.box = { site, siteName, box, boxEpoch, keys: { ...known?.keys, [box]: boxKey } };
    core.writer.enqueue([{ in: 'meta', key: ['box'], put: core.box }]);
    return null;
  }

  #welcomed(welcome: Welcome): void {
    const { core } = this;
    core.machineSeat = welcome.machine?.seat ?? null;
    core.walkRoom = welcome.walk;
    core.demo = welcome.demo;
    core.welcomed = true;
    core.refusal = null;
    this.#on.connected(true);
    this.session.welcomed(welcome);
  }

  #lost(code: string | null): void {
    if (code !== null) this.core.refusal = { code };
    this.session.lost();
    this.#on.connected(false);
  }

  #told(message: Told): void {
    const { core } = this;
    switch (message.t) {
      case 'walk':
        core.walkRoom = message.room;
        break;
      case 'seat':
        core.machineSeat = message.seat;
        break;
      case 'notice':
        this.#noticed(message);
        break;
      case 'receipt':
        if (core.desk) this.#received(core.desk, message.receipt);
        break;
      case 'error':
        if (/^(socket|machine)\//.test(message.code)) core.refusal = { code: message.code };
        this.session.told(message);
        break;
      default:
        this.session.told(message);
    }
    core.emit();
  }

  #attached(desk: Desk): void {
    this.uploads.pump();
    this.portrait.connected();
    this.submitter.push();
    this.submitter.askLater(desk);
    this.papers.tellReady();
    this.#tellSeen(desk);
  }

  #changed(desk: Desk | null): void {
    this.papers.follow(desk);
    if (desk && !desk.hidden) {
      void this.uploads.take(desk.record.attempt);
      this.submitter.reconsider(desk);
      if (desk.state.status === 'ended') void this.submitter.handIn(desk, 'time');
    } else {
      this.uploads.leave();
      this.portrait.leave();
    }
    this.core.emit();
  }

  #received(desk: Desk, receipt: SignedReceipt): void {
    if (!this.submitter.receive(desk, receipt)) this.core.fail({ code: 'submit/invalid' });
  }

  #noticed(message: Extract<ServerMessage, { t: 'notice' }>): void {
    const { desk } = this.core;
    const { notice, text, zh, en, wall } = message;
    if (!desk || desk.record.notices.some((one) => one.notice === notice)) return;
    desk.record.notices = [...desk.record.notices, { notice, text, zh, en, wall, seen: false, told: false }];
    desk.save();
  }

  #tellSeen(desk: Desk): void {
    for (const one of desk.record.notices) {
      if (!one.seen || one.told) continue;
      this.core.link.request({ t: 'seen', notice: one.notice }).then(
        () => {
          one.told = true;
          desk.save();
        },
        // The next connection tells it again.
        () => undefined,
      );
    }
  }

  #tick(ticks: number): void {
    const { desk, clock, writer } = this.core;
    if (!desk || desk.hidden) return;
    const { endsAt, pausedAt } = desk.state;
    const now = clock.elapsed();
    // Without the box's word since this page was opened, the PC's clock alone ends nobody's exam.
    const up = clock.proved && pausedAt === null && endsAt !== null && now !== null && now >= endsAt;
    if (up && desk.writable) void this.submitter.handIn(desk, 'time');
    if (ticks % SIGN_TICKS === 0) void this.#sign(desk);
    // The box sends the identity with every attachment once the paper is released.
    const unopened = desk.state.status === 'writing' && desk.record.release === null && desk.outbox.attached;
    if (ticks % SIGN_TICKS === 0 && unopened) void this.session.reattach();
    const anchor = clock.anchor();
    if (ticks % ANCHOR_TICKS === 0 && anchor && writer.idle)
      writer.enqueue([
        { in: 'meta', key: ['clock'], put: anchor },
        { in: 'attempts', key: [desk.record.attempt], put: { ...desk.record, acked: desk.outbox.acked } },
      ]);
  }

  /** Signs the head that the box has, when it moved: what is on the box is then bound to this machine's key. */
  async #sign(desk: Desk): Promise<void> {
    const { outbox, journal } = desk;
    const { stream } = journal;
    const rev = outbox.acked;
    const hash = journal.hashAt(rev);
    const fresh = this.#signed?.stream !== stream || this.#signed.rev !== rev;
    if (!outbox.attached || rev === 0 || hash === null || !fresh) return;
    this.#signed = { stream, rev };
    const sig = await this.core.device.sign(headText({ stream, rev, hash }));
    this.core.link.send({ t: 'sign', stream, rev, hash, sig });
  }
}
