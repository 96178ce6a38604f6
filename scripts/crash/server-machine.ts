/** One candidate's machine of the crash tests: it remembers what it wrote and what it was told is safe. */
import { encodeFrame } from '#domain/attempt/revision.ts';
import type { Rng } from '#domain/random/seeded.ts';
import type { AttemptState, ServerMessage } from '#protocol/socket.ts';
import type { BoxAccess } from '../simulate/box-access.ts';
import type { Device } from '../simulate/device.ts';
import { Journal } from '../simulate/journal.ts';
import { BoxSocket, Refusal } from '../simulate/socket-client.ts';
import { changeText } from '../simulate/words.ts';
import type { LoadOptions } from './load.ts';

export interface CrashMachineOf {
  number: string;
  address: string;
  device: Device;
  rng: Rng;
}

/** The server went away in the middle: what it was killed for. */
export class LineLost extends Error {}

export class CrashMachine {
  readonly number: string;
  /** What must not be: the box lacks what it acknowledged, or has another chain. */
  readonly faults: string[] = [];
  /** Settles when the line is closed and everything that came over it was read. */
  silent: Promise<void> = Promise.resolve();
  readonly #of: CrashMachineOf;
  #journal: Journal | null = null;
  #socket: BoxSocket | null = null;
  #acked = 0;
  #sent = 0;
  #text = '';
  /** Parts of a revision that are due. */
  #due = 0;

  constructor(of: CrashMachineOf) {
    this.#of = of;
    this.number = of.number;
  }

  /** Comes to its desk, or back to it; resolves when it may write. Rejects with `LineLost`, or what the box refuses. */
  async connect(box: BoxAccess, acked: LoadOptions['acked']): Promise<void> {
    this.#socket = null;
    const { socket, welcome } = await this.#open(box, acked);
    try {
      if (this.#journal) await this.#attach(socket, this.#journal);
      else this.#journal = await this.#enter(socket, welcome);
    } catch (error) {
      throw error instanceof Refusal && error.code === 'offline/no-answer' ? new LineLost() : error;
    }
    this.#socket = socket;
  }

  /** Writes `count` revisions more, as a share of one too, unless `most` are under way. */
  write(count: number, most: number): void {
    const [journal, socket] = [this.#journal, this.#socket];
    if (!journal || !socket?.ready) return;
    this.#due = Math.min(this.#due + count, most);
    for (; this.#due >= 1 && this.#sent - this.#acked < most; this.#due -= 1) {
      if (this.#sent === journal.rev) this.#think(journal);
      this.#sent += 1;
      const [entry] = journal.range(this.#sent, this.#sent);
      if (entry) socket.sendText(encodeFrame([entry]));
    }
  }

  #open(
    box: BoxAccess,
    acked: LoadOptions['acked'],
  ): Promise<{ socket: BoxSocket; welcome: Extract<ServerMessage, { t: 'welcome' }> }> {
    return new Promise((resolve, reject) => {
      let closed = () => {};
      this.silent = new Promise((settle) => {
        closed = settle;
      });
      const { device, address } = this.#of;
      const socket: BoxSocket = new BoxSocket({
        box,
        device,
        client: 'gongyuan-crash/1',
        agent: 'crash',
        address,
        elapsed: () => null,
        accept: () => null,
        closed: (code, reason) => {
          closed();
          reject(code === 1006 ? new LineLost() : new Error(`closed with ${code} ${reason}`));
        },
        heard: (message) => {
          if (message.t === 'welcome') resolve({ socket, welcome: message });
          else if (message.t === 'ack') this.#acknowledged(message.rev, acked);
          else if (message.t === 'refused') this.faults.push(`${this.number}: refused ${message.code}`);
        },
      });
    });
  }

  async #enter(socket: BoxSocket, welcome: Extract<ServerMessage, { t: 'welcome' }>): Promise<Journal> {
    let state: AttemptState | undefined = welcome.attempt ?? undefined;
    state ??= (await socket.request({ t: 'login', number: this.number })).attempt;
    if (!state) throw new Error('not let in');
    if (state.status === 'identified') await socket.request({ t: 'confirm' });
    if (state.pledge && (state.status === 'identified' || state.status === 'confirmed'))
      await socket.request({ t: 'pledge', sha256: state.pledge.sha256 });
    return new Journal({ attempt: state.attempt, epoch: state.epoch, key: this.#of.device.publicKey });
  }

  /** The box says what it has: at least what it acknowledged, and of the same chain. */
  async #attach(socket: BoxSocket, journal: Journal): Promise<void> {
    const { attempt, epoch, head } = journal;
    const { attempt: state } = await socket.request({
      t: 'attach',
      attempt,
      epoch,
      rev: head.rev,
      hash: head.hash,
    });
    const has = state?.streams.find((one) => one.epoch === epoch);
    if (state?.epoch !== epoch || !has) throw new Error('the box does not know this stream');
    if (has.rev < this.#acked)
      this.faults.push(`${this.number}: has ${has.rev}, acknowledged ${this.#acked}`);
    if (has.hash !== journal.hashAt(has.rev)) this.faults.push(`${this.number}: another chain at ${has.rev}`);
    this.#acked = Math.max(this.#acked, has.rev);
    this.#sent = has.rev;
  }

  #acknowledged(rev: number, acked: LoadOptions['acked']): void {
    const journal = this.#journal;
    if (!journal) return;
    const atUs = Number(process.hrtime.bigint() / 1_000n);
    for (let one = this.#acked + 1; one <= rev; one++)
      acked({ stream: journal.stream, rev: one, hash: journal.hashAt(one), atUs });
    this.#acked = Math.max(this.#acked, rev);
  }

  #think(journal: Journal): void {
    const { rng } = this.#of;
    const at = journal.rev;
    if (rng.below(100) < 30)
      journal.append('Q1', { t: 'set', resp: 'R', v: ['A', 'B', 'C', 'D'][rng.below(4)] ?? 'A' }, at);
    else {
      this.#text = changeText(this.#text, { most: 3_000, essay: true, language: 'zh' }, rng);
      // A text that did not change makes no entry.
      if (journal.type('Q3', 'R', this.#text, at) === 0)
        journal.append('Q1', { t: 'mark', on: rng.below(2) === 0 }, at);
    }
  }
}
