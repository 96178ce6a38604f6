/** A candidate's machine for tests: sends exactly what it is told to, by the contract, and keeps what it hears. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import { headText, socketText, submitText } from '#domain/attempt/digest.ts';
import { encodeFrame, encodeRevision, genesisText } from '#domain/attempt/revision.ts';
import type { Revision, RevisionOp } from '#protocol/revision.ts';
import { type ClientMessage, type ServerMessage, SOCKET_PATH, SOCKET_SUBPROTOCOL } from '#protocol/socket.ts';

type Of<T extends ServerMessage['t']> = Extract<ServerMessage, { t: T }>;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export class Device {
  readonly key: string;
  readonly #private: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = privateKey;
    this.key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65).toString('base64url');
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.#private, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    );
  }
}

export class KioskClient {
  readonly device: Device;
  readonly heard: ServerMessage[] = [];
  readonly #socket: WebSocket;
  readonly #waiting: {
    test: (message: ServerMessage) => boolean;
    resolve: (message: ServerMessage) => void;
  }[] = [];
  #id = 0;
  closed: number | null = null;

  private constructor(socket: WebSocket, device: Device) {
    this.#socket = socket;
    this.device = device;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      this.heard.push(message);
      const at = this.#waiting.findIndex(({ test }) => test(message));
      if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(message);
    });
    socket.on('close', (code: number) => {
      this.closed = code;
    });
    socket.on('error', () => undefined);
  }

  /** Connects and introduces itself. `address` is the source address on loopback. */
  static async connect(
    origin: string,
    device: Device,
    { address = '127.0.0.1', hello = true } = {},
  ): Promise<KioskClient> {
    const socket = new WebSocket(`${origin.replace('https', 'wss')}${SOCKET_PATH}`, SOCKET_SUBPROTOCOL, {
      rejectUnauthorized: false,
      origin,
      localAddress: address,
      family: 4,
    });
    const client = new KioskClient(socket, device);
    const challenge = await client.next('challenge');
    if (!hello) return client;
    const { box, boxEpoch, nonce } = challenge;
    const sig = device.sign(socketText({ box, boxEpoch, nonce, origin: challenge.origin }));
    client.send({
      t: 'hello',
      v: 1,
      key: device.key,
      sig,
      client: 'test/1',
      agent: 'test',
      elapsed: challenge.elapsed,
      origin: challenge.origin,
    });
    await client.next('welcome');
    return client;
  }

  get nonce(): string {
    return this.last('challenge').nonce;
  }

  last<T extends ServerMessage['t']>(type: T): Of<T> {
    const found = this.heard.findLast((message) => message.t === type);
    if (!found) throw new Error(`nothing of type ${type} was heard`);
    return found as Of<T>;
  }

  /** The next message of a type that has not been heard before this call. */
  next<T extends ServerMessage['t']>(
    type: T,
    test: (message: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`waited for ${type}; heard ${this.heard.map(({ t }) => t).join(' ')}`)),
        15_000,
      );
      // What was waited for beside the answer must not keep the test alive.
      timer.unref();
      this.#waiting.push({
        test: (message) => message.t === type && test(message as Of<T>),
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message as Of<T>);
        },
      });
    });
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  send(message: ClientMessage): void {
    this.raw(JSON.stringify(message));
  }

  /** Sends a request and answers `ok` or `error`. */
  async ask(message: Record<string, unknown> & { t: string }): Promise<Of<'ok'> | Of<'error'>> {
    const id = ++this.#id;
    const answered = Promise.race([
      this.next('ok', (ok) => ok.id === id),
      this.next('error', (error) => error.id === id),
    ]);
    this.raw(JSON.stringify({ ...message, id }));
    return answered;
  }

  /** Goes from sign-in to the waiting room. */
  async enter(number: string): Promise<string> {
    const login = await this.ask({ t: 'login', number });
    if (login.t === 'error') throw new Error(login.code);
    await this.ask({ t: 'confirm' });
    await this.ask({ t: 'pledge', sha256: login.attempt?.pledge?.sha256 ?? '' });
    return login.attempt?.attempt ?? '';
  }

  async close(): Promise<void> {
    if (this.closed !== null) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.close();
    await closed;
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

/** A stream's chain, kept as a machine keeps it. */
export class Chain {
  readonly stream: string;
  readonly entries: { revision: Revision; encoded: string; hash: string }[] = [];
  readonly genesis: string;

  constructor(attempt: string, epoch: number, key: string) {
    this.stream = `${attempt}.${epoch}`;
    this.genesis = sha256(genesisText(this.stream, key));
  }

  get head(): { rev: number; hash: string } {
    const last = this.entries.at(-1);
    return last ? { rev: last.revision.rev, hash: last.hash } : { rev: 0, hash: this.genesis };
  }

  add(item: string, op: RevisionOp, at = 0): Revision {
    const { rev, hash: prev } = this.head;
    const revision: Revision = { at, item, op, prev, rev: rev + 1, stream: this.stream };
    const encoded = encodeRevision(revision);
    this.entries.push({ revision, encoded, hash: sha256(encoded) });
    return revision;
  }

  /** The frame from a rev on. */
  frame(from = 1, to = this.entries.length): string {
    return encodeFrame(this.entries.slice(from - 1, to).map(({ encoded }) => encoded));
  }

  signed(device: Device): ClientMessage {
    const { rev, hash } = this.head;
    return {
      t: 'sign',
      stream: this.stream,
      rev,
      hash,
      sig: device.sign(headText({ stream: this.stream, rev, hash })),
    };
  }

  submission(device: Device, digest: string, at = 0): Omit<Extract<ClientMessage, { t: 'submit' }>, 'id'> {
    const { rev, hash } = this.head;
    const of = { stream: this.stream, rev, hash, digest, at };
    return { t: 'submit', ...of, sig: device.sign(submitText(of)) };
  }
}
