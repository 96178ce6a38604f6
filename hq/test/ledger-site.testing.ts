/** A site for tests of headquarters: enrolled through the routes, with a ledger of events and their batches. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LightMyRequestResponse } from 'fastify';
import { parseEnrolmentCode } from '#domain/headquarters/enrolment-code.ts';
import { encodeCheckpoint } from '#domain/ledger/checkpoint.ts';
import {
  appendToRange,
  type CompactRange,
  copyRange,
  emptyRange,
  rootOfRange,
} from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { newId } from '#node/ids/new-id.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { generateIdentity } from '#node/sealing/age-file.ts';
import { type BoxKey, generateBoxKey } from '#node/signing/box-key.ts';
import { signNote } from '#node/signing/note.ts';
import { signDocument } from '#node/signing/signed-document.ts';
import { type MadeBatch, makeBatch } from '#node/sync/batch-file.ts';
import {
  BATCH_OFFSET_HEADER,
  type BatchOffer,
  type BatchState,
  HQ_ENROL_PURPOSE,
  HQ_TOKEN_PURPOSE,
  type SiteReport,
} from '#protocol/hq.ts';
import type { TestHq, TestOfficer } from './harness.ts';

export class LedgerSite {
  readonly site: string;
  readonly key: BoxKey;
  readonly box: string;
  /** Stored bytes of its events. */
  events: string[] = [];
  epoch = 1;
  recipient = '';
  #token = '';

  constructor(site: string, box: string = newId('box'), key: BoxKey = generateBoxKey()) {
    this.site = site;
    this.key = key;
    this.box = box;
  }

  get ledger(): string {
    return `${this.site}/${this.box}/${this.epoch}`;
  }

  /** Made known to headquarters: the site is added, a code given, the claim sent. */
  async enrol(hq: TestHq, officer: TestOfficer): Promise<LightMyRequestResponse> {
    const { site } = this;
    await officer.raw(
      'POST /api/v1/officer/sites',
      {},
      { body: { site, name: `考点 ${site}`, region: '西藏' } },
    );
    const { code } = await officer.call('POST /api/v1/officer/sites/:site/enrolment-code', { site });
    return this.claim(hq, code);
  }

  async claim(hq: TestHq, typed: string, key: BoxKey = this.key): Promise<LightMyRequestResponse> {
    const code = parseEnrolmentCode(typed);
    if ('fault' in code) throw new Error(code.fault);
    this.recipient ||= (await generateIdentity()).recipient;
    const claim = {
      v: 1,
      hq: hq.hq.deps.keys.key.publicKey,
      code: createHash('sha256').update(code.secret).digest('base64url'),
      box: this.box,
      boxEpoch: this.epoch,
      key: this.key.publicKey,
      ledger: this.ledger,
      recipient: this.recipient,
      siteName: '拉萨第一考点',
    };
    const payload = signDocument(HQ_ENROL_PURPOSE, claim, key);
    return hq.inject({ method: 'POST', url: '/api/v1/enrolments', payload });
  }

  /** A token, got by a challenge. */
  async signIn(hq: TestHq, key: BoxKey = this.key): Promise<LightMyRequestResponse> {
    const asked = { site: this.site, key: this.key.publicKey };
    const { nonce } = (await hq.inject({ method: 'POST', url: '/api/v1/challenges', payload: asked })).json();
    const claim = { v: 1, hq: hq.hq.deps.keys.key.publicKey, ...asked, nonce };
    const payload = signDocument(HQ_TOKEN_PURPOSE, claim, key);
    const response = await hq.inject({ method: 'POST', url: '/api/v1/tokens', payload });
    this.#token = response.json().token ?? '';
    return response;
  }

  /** Events that mean nothing: what is wanted is their place. */
  write(count: number, mark = 'a'): void {
    for (let i = 0; i < count; i++) {
      const at = this.events.length * 40;
      const body = { boot: `boot-${mark}`, mono: at };
      this.events.push(canonicalize({ at, body, kind: 'CLOCK_ANCHOR', wall: 1_800_000_000_000 + at }) ?? '');
    }
  }

  /** Range over the first `size` events. */
  range(size = this.events.length): CompactRange {
    const range = emptyRange();
    for (const text of this.events.slice(0, size))
      appendToRange(sha256, range, leafHash(sha256, Buffer.from(text)));
    return range;
  }

  root(size = this.events.length): string {
    return Buffer.from(rootOfRange(sha256, this.range(size))).toString('base64');
  }

  /** Events `first` to `last`, both within; `change` alters what the box says of the batch. */
  async batch(
    hq: TestHq,
    first: number,
    last: number,
    change: object = {},
    key: BoxKey = this.key,
  ): Promise<MadeBatch> {
    const { keys } = hq.hq.deps;
    const note = encodeCheckpoint({ origin: this.ledger, size: last + 1, root: this.root(last + 1) });
    return makeBatch(
      {
        site: this.site,
        ledger: this.ledger,
        first,
        box: this.box,
        boxEpoch: this.epoch,
        checkpoints: [signNote(note, this.ledger, this.key)],
        hq: keys.key.publicKey,
        to: keys.recipients,
        made: hq.time.wall(),
        ...change,
      },
      copyRange(this.range(first)),
      this.events.slice(first, last + 1).map((text) => ({ bytes: Buffer.from(text) })),
      key,
    );
  }

  call(
    hq: TestHq,
    method: 'GET' | 'POST' | 'PATCH' | 'HEAD',
    path: string,
    payload?: object | Buffer,
    headers = {},
  ) {
    return hq.inject({
      method,
      url: `/api/v1/site/${path}`,
      headers: { authorization: `Bearer ${this.#token}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  }

  async offer(hq: TestHq, made: MadeBatch): Promise<BatchState> {
    return (await this.call(hq, 'POST', 'batches', offerOf(made))).json();
  }

  /** Sends bytes of the file from `from` to `to`; the answer as it came. */
  part(hq: TestHq, made: MadeBatch, from: number, to = made.file.length): Promise<LightMyRequestResponse> {
    const headers = { 'content-type': 'application/octet-stream', [BATCH_OFFSET_HEADER]: String(from) };
    return this.call(
      hq,
      'PATCH',
      `batches/${made.batch}`,
      Buffer.from(made.file.subarray(from, to)),
      headers,
    );
  }

  /** Announced and sent in one piece. */
  async send(hq: TestHq, made: MadeBatch): Promise<BatchState> {
    const state = await this.offer(hq, made);
    return state.state === 'receiving' ? (await this.part(hq, made, state.offset)).json() : state;
  }

  report(): SiteReport {
    return {
      wall: 1_800_000_000_000,
      version: '0.1.0',
      ledger: this.ledger,
      size: this.events.length,
      root: this.events.length === 0 ? '' : this.root(),
      acknowledged: 0,
      sessions: [],
    };
  }
}

export function offerOf({ header, file, sha256 }: MadeBatch): BatchOffer {
  const { site, ledger, first, last, root } = header;
  return { site, ledger, first, last, root, bytes: file.length, sha256 };
}
