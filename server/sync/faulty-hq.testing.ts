/**
 * A small headquarters for tests, on loopback: it does what the site's routes promise, in memory, and can be told to be
 * slow, cut off, full, or to lie. Waiting is counted in turns of the event loop, not in seconds.
 */
import { createHash } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { formatEnrolmentCode, hqFingerprint } from '#domain/headquarters/enrolment-code.ts';
import { appendToRange, emptyRange, rootOfRange } from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { type BoxKey, generateBoxKey, sign, verify } from '#node/signing/box-key.ts';
import { batchId, openBatch, signReceipt } from '#node/sync/batch-file.ts';
import {
  type BatchOffer,
  type BatchState,
  type EnrolmentClaim,
  HQ_ENROL_PURPOSE,
  HQ_IDENTITY_PURPOSE,
  HQ_TOKEN_PURPOSE,
  type LedgerStanding,
  RECEIPTS_FORMAT,
  type ReceiptsFile,
  type SignedDocument,
  type SiteReport,
  type SiteStatus,
  type TokenClaim,
} from '#protocol/hq.ts';

export type Fault =
  /** Takes the question and says nothing. */
  | { kind: 'hang'; on: RegExp }
  /** One byte of the answer at a time, for ever. */
  | { kind: 'drip'; on: RegExp }
  /** The line breaks once so many bytes of a batch have come in this connection. */
  | { kind: 'cut'; after: number }
  /** So many bytes a turn of the event loop. */
  | { kind: 'slow-line'; bytes: number }
  | { kind: 'status'; on: RegExp; status: number; code?: string }
  | { kind: 'text'; on: RegExp; text: string; status?: number; headers?: Record<string, string> }
  /** 2 MB of it at a time, without end. */
  | { kind: 'huge'; on: RegExp }
  | { kind: 'receipt'; spoil: 'root' | 'key' | 'range' }
  | { kind: 'standing'; lie: (honest: LedgerStanding[]) => LedgerStanding[] }
  /** Says of every batch that it has nothing yet, whatever is sent. */
  | { kind: 'standstill' }
  | { kind: 'refuse'; code: string };

interface Receiving {
  offer: BatchOffer;
  bytes: Buffer;
  receipt: SignedDocument | null;
}

interface Medium {
  sha256: string;
  length: number;
  bytes: Buffer;
}

export const SITE = '5401-001';
const TOKENS_LAST_S = 900;

export class FaultyHq {
  readonly key: BoxKey = generateBoxKey();
  readonly age: { identity: string; recipient: string };
  fault: Fault | null = null;
  /** Headquarters' wall clock. */
  now = 1_900_000_000_000;
  /** What was asked, `METHOD path`, in order. */
  readonly asked: string[] = [];
  readonly reports: SiteReport[] = [];
  /** Batches whose events were stored, in order: twice the same would be a fault. */
  readonly stored: string[] = [];
  readonly media = new Map<string, Buffer>();
  extra: Partial<SiteStatus> = {};
  /** Signs for what comes without opening it: for measuring the box alone. */
  unread = false;
  #server: http.Server | https.Server | null = null;
  #codes = new Set<string>();
  #boxes = new Map<string, string>();
  #nonces = new Set<string>();
  #tokens = new Set<string>();
  readonly batches = new Map<string, Receiving>();
  readonly #events = new Map<string, Map<number, Buffer>>();
  readonly #incoming = new Map<string, Medium>();

  private constructor(age: { identity: string; recipient: string }) {
    this.age = age;
  }

  static async open(tls?: { key: string; cert: string }): Promise<FaultyHq> {
    const hq = new FaultyHq(await generateIdentity());
    await hq.listen(tls);
    return hq;
  }

  async listen(tls?: { key: string; cert: string }): Promise<void> {
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    };
    this.#server = tls ? https.createServer(tls, handle) : http.createServer(handle);
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const port = (this.#server?.address() as AddressInfo | undefined)?.port; // it listens on a port
    return `${this.#server instanceof https.Server ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  /** A one-time enrolment code. */
  code(secret: Uint8Array = new Uint8Array(10).fill(this.#codes.size + 1)): string {
    this.#codes.add(createHash('sha256').update(secret).digest('base64url'));
    return formatEnrolmentCode({
      secret,
      fingerprint: hqFingerprint(sha256, Buffer.from(this.key.publicKey, 'base64url')),
    });
  }

  /** Forgets tokens, as a replica with another secret would. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  /** Restored from an old copy: what came after the first so many batches was never here. */
  restore(batches: number): void {
    while (this.stored.length > batches) this.lose(this.stored.length - 1);
  }

  /** One batch, by its number, is gone. */
  lose(number: number): void {
    const [id = ''] = this.stored.splice(number, 1);
    const lost = this.batches.get(id);
    this.batches.delete(id);
    for (let at = lost?.offer.first ?? 0; at <= (lost?.offer.last ?? -1); at++)
      this.#events.get(lost?.offer.ledger ?? '')?.delete(at);
  }

  /** Bytes of the events that are here, in order. */
  events(ledger: string): string[] {
    const events = this.#events.get(ledger) ?? new Map<number, Buffer>();
    return [...events.keys()].sort((a, b) => a - b).map((at) => events.get(at)?.toString('utf8') ?? '');
  }

  standings(): LedgerStanding[] {
    const last = this.unread ? this.batches.get(this.stored.at(-1) ?? '')?.offer : undefined;
    if (last) return [{ ledger: last.ledger, branch: 0, size: last.last + 1, root: last.root, beyond: [] }];
    return [...this.#events].map(([ledger, events]) => {
      const range = emptyRange();
      for (let bytes = events.get(0); bytes; bytes = events.get(range.size))
        appendToRange(sha256, range, leafHash(sha256, bytes));
      const beyond: { first: number; last: number }[] = [];
      for (const at of [...events.keys()].sort((a, b) => a - b)) {
        if (at < range.size) continue;
        const last = beyond.at(-1);
        if (last?.last === at - 1) last.last = at;
        else beyond.push({ first: at, last: at });
      }
      const root = range.size === 0 ? '' : Buffer.from(rootOfRange(sha256, range)).toString('base64');
      return { ledger, branch: 0, size: range.size, root, beyond };
    });
  }

  /** Takes the batches of a courier file, and answers with receipts. */
  async courier(file: Buffer): Promise<ReceiptsFile> {
    const ends = [0, 1, 2].reduce<number[]>(
      (found) => [...found, file.indexOf(10, (found.at(-1) ?? -1) + 1)],
      [],
    );
    const [first = 0, second = 0, third = 0] = ends;
    const index = JSON.parse(file.toString('utf8', first + 1, second)) as { batches: BatchOffer[] };
    const receipts: SignedDocument[] = [];
    let from = third + 1;
    for (const offer of index.batches) {
      const bytes = file.subarray(from, from + offer.bytes);
      from += offer.bytes;
      const id = batchId(offer);
      const known = this.batches.get(id);
      if (!known?.receipt) this.batches.set(id, { offer, bytes: Buffer.from(bytes), receipt: null });
      const state = await this.#complete(id);
      if (state.state === 'taken') receipts.push(state.receipt);
    }
    return { format: RECEIPTS_FORMAT, site: SITE, receipts, refused: [] };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const what = `${method} ${url.replace('/api/v1', '')}`;
    this.asked.push(what);
    const fault = this.fault;
    if (fault && 'on' in fault && fault.on.test(what)) return this.#misbehave(fault, response);
    const body = await this.#body(request, what.startsWith('PATCH /site/batches'));
    if (body === null) return;
    const json = () => JSON.parse(body.toString('utf8')) as never; // each case names the contract's shape
    const send = (value: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (what === 'GET /hq') return send(this.#identity());
    if (what === 'POST /enrolments') return this.#enrol(json(), send);
    if (what === 'POST /challenges') {
      const nonce = `n${this.#nonces.size}`;
      this.#nonces.add(nonce);
      return send({ nonce });
    }
    if (what === 'POST /tokens') return this.#token(json(), send);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (!this.#tokens.has(token)) return send({ code: 'hq/token' }, 401);
    if (what === 'POST /site/status') {
      this.reports.push(json());
      return send(this.#status());
    }
    if (what === 'POST /site/batches') return send(await this.#offer(json()));
    const [, id = ''] = /^(?:GET|PATCH) \/site\/batches\/([0-9a-f]{64})$/.exec(what) ?? [];
    if (id !== '' && method === 'GET') return send(this.#stateOf(id));
    if (id !== '') return this.#part(id, Number(request.headers['upload-offset']), body, send);
    if (what === 'POST /site/media/missing') {
      const { sha256 } = json() as { sha256: string[] };
      return send({ missing: sha256.filter((one) => !this.media.has(one)) });
    }
    return this.#tus(what, request, body, response);
  }

  #misbehave(fault: Extract<Fault, { on: RegExp }>, response: ServerResponse): void {
    if (fault.kind === 'hang') return;
    if (fault.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: fault.code ?? 'hq/storage' }));
    } else if (fault.kind === 'text') {
      response.writeHead(fault.status ?? 200, { 'content-type': 'text/html', ...fault.headers });
      response.end(fault.text);
    } else if (fault.kind === 'huge') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(2_000_000, 32)));
      };
      response.on('drain', more);
      more();
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    }
  }

  /** The body; null when the line was cut in it: what had come is kept. */
  async #body(request: IncomingMessage, isPart: boolean): Promise<Buffer | null> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fault = isPart ? this.fault : null;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (fault?.kind === 'slow-line')
        for (let sent = 0; sent < chunk.length; sent += fault.bytes) await turn();
      if (fault?.kind === 'cut' && bytes > fault.after) {
        const id = request.url?.split('/').at(-1) ?? '';
        const kept = Buffer.concat(chunks).subarray(0, fault.after);
        this.#append(id, Number(request.headers['upload-offset']), kept);
        request.socket.destroy();
        return null;
      }
    }
    return Buffer.concat(chunks);
  }

  #identity() {
    const rest = {
      name: '自治区教育考试院',
      key: this.key.publicKey,
      recipients: [this.age.recipient],
      version: '1',
    };
    return { ...rest, signature: sign(this.key, HQ_IDENTITY_PURPOSE, Buffer.from(canonicalize(rest) ?? '')) };
  }

  #enrol({ text, signature }: SignedDocument, send: (value: object, status?: number) => void): void {
    const claim = JSON.parse(text) as EnrolmentClaim;
    const good = verify(claim.key, HQ_ENROL_PURPOSE, Buffer.from(text), signature);
    if (!good || !this.#codes.delete(claim.code)) return send({ code: 'hq/code' }, 403);
    this.#boxes.set(claim.key, claim.recipient);
    send({ site: SITE, name: '自治区教育考试院' });
  }

  #token({ text, signature }: SignedDocument, send: (value: object, status?: number) => void): void {
    const claim = JSON.parse(text) as TokenClaim;
    const good =
      verify(claim.key, HQ_TOKEN_PURPOSE, Buffer.from(text), signature) &&
      this.#boxes.has(claim.key) &&
      this.#nonces.delete(claim.nonce);
    if (!good) return send({ code: 'hq/revoked' }, 403);
    const token = `t${this.#tokens.size}-${this.asked.length}`;
    this.#tokens.add(token);
    send({ token, seconds: TOKENS_LAST_S });
  }

  #status(): SiteStatus {
    const honest = this.standings();
    const standings = this.fault?.kind === 'standing' ? this.fault.lie(honest) : honest;
    return { now: this.now, standings, packages: [], releases: [], decisions: 0, ...this.extra };
  }

  async #offer(offer: BatchOffer): Promise<BatchState> {
    const id = batchId(offer);
    const known = this.batches.get(id);
    // Another file of the same batch: the parts of the former are of no use.
    if (!known || (!known.receipt && known.offer.sha256 !== offer.sha256))
      this.batches.set(id, { offer, bytes: Buffer.alloc(0), receipt: null });
    return this.#complete(id);
  }

  async #part(
    id: string,
    offset: number,
    body: Buffer,
    send: (value: object, status?: number) => void,
  ): Promise<void> {
    if (this.fault?.kind === 'standstill') return send({ state: 'receiving', batch: id, offset: 0 });
    if (!this.#append(id, offset, body)) return send({ code: 'hq/offset' }, 409);
    send(await this.#complete(id));
  }

  #append(id: string, offset: number, body: Buffer): boolean {
    const batch = this.batches.get(id);
    if (!batch || batch.bytes.length !== offset) return false;
    batch.bytes = Buffer.concat([batch.bytes, body]);
    return true;
  }

  #stateOf(id: string): BatchState {
    const batch = this.batches.get(id);
    return batch?.receipt
      ? { state: 'taken', batch: id, receipt: batch.receipt }
      : { state: 'receiving', batch: id, offset: batch?.bytes.length ?? 0 };
  }

  async #complete(id: string): Promise<BatchState> {
    const batch = this.batches.get(id);
    if (!batch || batch.receipt || batch.bytes.length < batch.offer.bytes) return this.#stateOf(id);
    if (this.fault?.kind === 'refuse') {
      this.batches.delete(id);
      return { state: 'refused', batch: id, code: this.fault.code, detail: 'told to' };
    }
    if (this.unread) {
      const { site, ledger, first, last, root } = batch.offer;
      const [key = ''] = this.#boxes.keys();
      const what = { site, ledger, first, last, root, events: last - first + 1, key, hq: this.key.publicKey };
      this.stored.push(id);
      batch.receipt = signReceipt({ v: 1, ...what, taken: this.now }, this.key);
      batch.bytes = Buffer.alloc(0);
      return this.#stateOf(id);
    }
    const { header, lines } = await openBatch(batch.bytes, [this.age.identity], this.key.publicKey);
    const { site, ledger, first, last, root, key } = header;
    const honest = { v: 1, hq: this.key.publicKey, key, site, ledger, first, last, root } as const;
    const receipt = { ...honest, events: lines.length, taken: this.now };
    if (this.fault?.kind === 'receipt') {
      const { spoil } = this.fault;
      if (spoil === 'root') receipt.root = `${'A'.repeat(43)}=`;
      if (spoil === 'range') receipt.last += 1;
      // Nothing is stored: this headquarters only says so.
      const signer = spoil === 'key' ? generateBoxKey() : this.key;
      return { state: 'taken', batch: id, receipt: signReceipt(receipt, signer) };
    }
    const events = this.#events.get(ledger) ?? new Map<number, Buffer>();
    this.#events.set(ledger, events);
    lines.forEach((line, i) => {
      events.set(
        first + i,
        Buffer.from('bytes' in line ? line.bytes : `#${Buffer.from(line.leaf).toString('base64')}`),
      );
    });
    this.stored.push(id);
    batch.receipt = signReceipt(receipt, this.key);
    return this.#stateOf(id);
  }

  /** As much of tus 1.0 as a client needs. */
  #tus(what: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const answer = (status: number, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'tus-resumable': '1.0.0', ...headers });
      response.end();
    };
    if (what === 'POST /site/media') {
      const [, encoded = ''] = /sha256 ([^,]+)/.exec(String(request.headers['upload-metadata'])) ?? [];
      const length = Number(request.headers['upload-length']);
      const sha256 = Buffer.from(encoded, 'base64').toString('utf8');
      const id = `m${this.#incoming.size}`;
      this.#incoming.set(id, { sha256, length, bytes: Buffer.alloc(0) });
      return answer(201, { location: `${this.url}/api/v1/site/media/${id}` });
    }
    const medium = this.#incoming.get(what.split('/').at(-1) ?? '');
    if (!medium) return answer(404);
    if (what.startsWith('PATCH')) {
      if (Number(request.headers['upload-offset']) !== medium.bytes.length) return answer(409);
      medium.bytes = Buffer.concat([medium.bytes, body]);
      const whole = medium.bytes.length === medium.length;
      if (whole && createHash('sha256').update(medium.bytes).digest('hex') === medium.sha256)
        this.media.set(medium.sha256, medium.bytes);
      return answer(204, { 'upload-offset': String(medium.bytes.length) });
    }
    answer(200, { 'upload-offset': String(medium.bytes.length), 'upload-length': String(medium.length) });
  }
}
