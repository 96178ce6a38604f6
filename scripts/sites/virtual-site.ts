/**
 * A site that exists as its ledger alone: one session of one subject from the first start of the box to its stop, drawn
 * from a seed (signatures of devices alone differ, for ECDSA is randomised). Every event, chain, signature and receipt is real (virtual-site.test.ts audits them as headquarters does);
 * only devices' keys are shared: P-256 keys cost more to make than all the rest.
 */
import { createHash, createPrivateKey } from 'node:crypto';
import {
  answeredItems,
  answersText,
  canonical,
  headText,
  receiptCodeText,
  shortCode,
  submitText,
} from '#domain/attempt/digest.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import { encodeEvent } from '#domain/ledger/event.ts';
import { subSeed } from '#domain/random/seeded.ts';
import { emptyPlan } from '#domain/seating/floor-plan.ts';
import { type BoxKey, exportPublicKey, sign } from '#node/signing/box-key.ts';
import type { EventBody, EventKind } from '#protocol/events.schema.ts';
import { ID_PREFIX, type IdKind } from '#protocol/ids.ts';
import { PURPOSE } from '#protocol/revision.ts';
import type { Receipt } from '#protocol/socket.ts';
import type { Device } from '../simulate/device.ts';
import { Journal } from '../simulate/journal.ts';
import { play, type Tape } from './tape.ts';

export interface VirtualSiteOf {
  seed: string;
  /** From 0. */
  number: number;
  candidates: number;
  /** Of each candidate. */
  revisions: number;
  /** Shared by all sites; neither is empty. */
  devices: readonly Device[];
  tapes: readonly Tape[];
}

const START_WALL = 1_800_000_000_000;
const SUBJECT = '0101';
const ROOM = { rows: 5, columns: 8 };
const ROOM_SEATS = ROOM.rows * ROOM.columns;
/**
 * Ten seconds of an exam: a candidate saves about every five, the machine signs the head, and the box writes an anchor
 * of its clock.
 */
const ROUND = { revisions: 2, ms: 10_000 };
/** Three hours of it, with as many candidates as a site has: what the sites of a run are a sample of. */
export const WHOLE_SESSION = { candidates: 500, revisions: 2_160 };
/** SubjectPrivateKeyInfo of Ed25519 up to the key itself (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const EMPTY_SHA256 = createHash('sha256').digest('hex');

interface Seated {
  attempt: string;
  entry: string;
  candidate: string;
  machine: string;
  ticket: string;
  name: string;
  room: string;
  sitting: string;
  seat: string;
  device: Device;
  journal: Journal;
  tape: Tape;
  stroke: number;
  sent: number;
}

export class VirtualSite {
  /** Headquarters' code of it, also its own. */
  readonly code: string;
  readonly box: string;
  readonly key: BoxKey;
  readonly ledger: string;
  readonly #of: VirtualSiteOf;
  #at = 0;

  constructor(of: VirtualSiteOf) {
    this.#of = of;
    this.code = `V${String(of.number + 1).padStart(5, '0')}`;
    this.key = boxKeyOf(subSeed(of.seed, 'box', this.code));
    this.box = this.#id('box', 0);
    this.ledger = checkpointOrigin(this.code, this.box, 1);
  }

  /** The texts of its events, in order. */
  *events(): Generator<string> {
    const seated = this.#seats();
    yield* this.#prepared(seated);
    yield* this.#entered(seated);
    for (const sitting of this.#sittings()) yield this.#event('SITTING_STARTED', { sitting });
    yield* this.#written(seated);
    for (const one of seated) yield this.#handedIn(one);
    for (const sitting of this.#sittings()) yield this.#event('SITTING_ENDED', { sitting, reason: '' });
    yield this.#event('BOX_STOPPED', { boot: 'boot-1', mono: this.#at, reason: 'end of the day' });
  }

  #seats(): Seated[] {
    const { candidates, devices, tapes, number } = this.#of;
    return Array.from({ length: candidates }, (_, i) => {
      const device = devices[(number + i) % devices.length] as Device; // not empty
      const attempt = this.#id('attempt', i);
      return {
        attempt,
        entry: this.#id('entry', i),
        candidate: this.#id('candidate', i),
        machine: this.#id('machine', i),
        ticket: `26${String(number).padStart(5, '0')}${String(i).padStart(4, '0')}`,
        name: `考生${i + 1}`,
        room: this.#id('room', Math.floor(i / ROOM_SEATS)),
        sitting: this.#id('sitting', Math.floor(i / ROOM_SEATS)),
        seat: String((i % ROOM_SEATS) + 1).padStart(2, '0'),
        device,
        journal: new Journal({ attempt, epoch: 1, key: device.publicKey }),
        tape: tapes[(number * 7 + i) % tapes.length] as Tape, // not empty
        stroke: 0,
        sent: 0,
      };
    });
  }

  *#prepared(seated: readonly Seated[]): Generator<string> {
    const [exam, session, paper] = [this.#shared('exam'), this.#shared('session'), this.#shared('paper')];
    yield this.#event('BOX_STARTED', {
      box: this.box,
      boxEpoch: 1,
      boot: 'boot-1',
      mono: 0,
      resumed: 'first',
      gapMs: 0,
      version: '0.1.0',
      origin: 'https://gongyuan.local:8443',
      key: this.key.publicKey,
    });
    yield this.#event('SITE_SET_UP', {
      site: this.code,
      name: `模拟考点 ${this.code}`,
      timeZone: 'Asia/Shanghai',
      contact: '',
      demo: false,
    });
    yield this.#event('EXAM_SAVED', { exam, name: '全国统一考试' });
    const entries = seated.map(({ entry, candidate, ticket, name }, i) => ({
      entry,
      candidate,
      idNumber: `1101051949${String(this.#of.number % 10_000).padStart(4, '0')}${String(i).padStart(4, '0')}`,
      ticket,
      name,
      gender: '',
      school: `第${(i % 40) + 1}中学`,
      subject: SUBJECT,
    }));
    const subjects = [{ code: SUBJECT, name: '语文' }];
    const file = { file: '名单.csv', sha256: EMPTY_SHA256, part: 1, parts: 1 };
    yield this.#event('ROSTER_IMPORTED', { exam, ...file, subjects, entries });
    yield this.#event('SESSION_SAVED', {
      session,
      exam,
      name: '上午',
      plannedStart: START_WALL,
      subjects: [SUBJECT],
      policy: {
        lateEntryMs: 900_000,
        earliestSubmitMs: 0,
        sharedAddress: 'refuse',
        pledgeZh: '我承诺诚信考试。',
        pledgeEn: 'I will be honest.',
      },
    });
    yield this.#event('PAPER_ADDED', {
      paper,
      exam,
      subject: SUBJECT,
      label: 'A',
      manifest: '{}',
      manifestSig: 'A'.repeat(86),
      items: 4,
      source: { file: 'paper.zip', sha256: EMPTY_SHA256 },
    });
    for (const [i, sitting] of this.#sittings().entries()) {
      const room = this.#id('room', i);
      yield this.#event('ROOM_SAVED', {
        room,
        name: `${i + 1}考场`,
        plan: emptyPlan(ROOM.rows, ROOM.columns),
      });
      const papers = [{ version: 'A', paper }];
      yield this.#event('SITTING_SAVED', {
        sitting,
        session,
        subject: SUBJECT,
        room,
        papers,
        durationMs: 10_800_000,
      });
    }
    yield this.#event('SEATING_DRAWN', {
      session,
      mode: 'order',
      algorithm: 'order/1',
      seed: this.code,
      assignments: seated.map(({ entry, sitting, room, seat }, i) => ({
        ...{ entry, sitting, room, seat },
        version: 'A',
        orderSeed: String(i),
      })),
      unmet: [],
    });
  }

  *#entered(seated: readonly Seated[]): Generator<string> {
    const paper = this.#shared('paper');
    for (const [i, { machine, device, room, seat }] of seated.entries())
      yield this.#event('MACHINE_ENROLLED', {
        machine,
        key: device.publicKey,
        room,
        seat,
        address: `10.20.${i >> 8}.${i & 255}`,
        agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/109.0.0.0 Safari/537.36',
        walk: null,
        replaces: null,
      });
    yield this.#event('ENTRY_OPENED', { session: this.#shared('session') });
    for (const { attempt, entry, sitting, machine, room, seat } of seated) {
      yield this.#event('CANDIDATE_LOGGED_IN', { entry, sitting, machine, epoch: 1, room, seat }, attempt);
      yield this.#event('IDENTITY_CONFIRMED', {}, attempt);
      yield this.#event('PLEDGE_SIGNED', { sha256: EMPTY_SHA256 }, attempt);
      yield this.#event('PAPER_FETCHED', { paper, files: 2, bytes: 40_000 }, attempt);
    }
    yield this.#event('PAPER_RELEASED', { paper, manifestSha256: EMPTY_SHA256 });
  }

  /** The candidates write at the same time: a few revisions of one, then of the next. */
  *#written(seated: readonly Seated[]): Generator<string> {
    const { revisions } = this.#of;
    for (let sent = 0; sent < revisions; ) {
      const to = Math.min(revisions, sent + ROUND.revisions);
      for (const one of seated) yield* this.#writes(one, to);
      this.#at += ROUND.ms;
      yield this.#event('CLOCK_ANCHOR', { boot: 'boot-1', mono: this.#at });
      sent = to;
    }
  }

  *#writes(one: Seated, to: number): Generator<string> {
    const { journal, tape, attempt, device } = one;
    while (journal.rev < to) {
      const stroke = tape[one.stroke++ % tape.length];
      if (stroke) play(stroke, journal, this.#at);
    }
    // A stroke may have made more than were wanted: they are sent, too, or the chain would have a hole.
    for (const text of journal.range(one.sent + 1, journal.rev))
      yield encodeEvent({
        at: this.#at,
        attempt,
        body: text,
        kind: 'ANSWER_REVISED',
        wall: START_WALL + this.#at,
      });
    one.sent = journal.rev;
    const head = { stream: journal.stream, rev: journal.rev, hash: journal.head.hash };
    const signed = { ...head, sig: device.sign(headText(head)) };
    yield this.#event('HEAD_SIGNED', signed, attempt);
  }

  #handedIn({ attempt, journal, device, entry, sitting, name, ticket }: Seated): string {
    const { stream, rev, head, content } = journal;
    const streams = rev > 0 ? [head] : [];
    const digest = sha256(answersText({ attempt, answers: content.answers, streams }));
    const at = this.#at;
    const receipt: Receipt = {
      v: 1,
      attempt,
      box: this.box,
      code: shortCode(createHash('sha256').update(receiptCodeText({ attempt, digest })).digest()),
      digest,
      entry,
      answered: answeredItems(content.answers),
      name,
      revisions: rev,
      site: this.code,
      sitting,
      streams,
      subject: SUBJECT,
      submitted: START_WALL + at,
      ticket,
    };
    const { hash } = head;
    const sig = device.sign(submitText({ stream, rev, hash, digest, at }));
    const receiptSig = sign(this.key, PURPOSE.receipt, Buffer.from(canonical(receipt)));
    return this.#event(
      'ATTEMPT_SUBMITTED',
      { stream, rev, hash, digest, agrees: true, at, sig, receipt, receiptSig },
      attempt,
    );
  }

  #event<K extends EventKind>(kind: K, body: EventBody<K>, attempt?: string): string {
    this.#at += 1;
    return encodeEvent({ at: this.#at, attempt, body: canonical(body), kind, wall: START_WALL + this.#at });
  }

  #sittings(): string[] {
    const rooms = Math.ceil(this.#of.candidates / ROOM_SEATS);
    return Array.from({ length: rooms }, (_, i) => this.#id('sitting', i));
  }

  #id(kind: IdKind, n: number): string {
    return idOf(kind, `${this.#of.seed} ${this.code} ${kind} ${n}`);
  }

  /** The exam, its session and paper are the nation's. */
  #shared(kind: IdKind): string {
    return idOf(kind, `${this.#of.seed} ${kind}`);
  }
}

/** How many events such a site has, without making them: near enough to size a run and to say what it leaves out. */
export function eventsOf({ candidates, revisions }: { candidates: number; revisions: number }): number {
  const rounds = Math.ceil(revisions / ROUND.revisions);
  const rooms = Math.ceil(candidates / ROOM_SEATS);
  return 10 + 4 * rooms + rounds + candidates * (6 + revisions + rounds);
}

/** As scattered as random ones: an index fed with neighbours would be faster than it is in life. */
function idOf(kind: IdKind, text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  let id = '';
  for (let i = 0; i < 16; i++) id += ID_ALPHABET[(bytes[i] ?? 0) & 31];
  return `${ID_PREFIX[kind]}_${id}`;
}

function boxKeyOf(seed: string): BoxKey {
  const secret = createHash('sha256').update(seed).digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  return { privateKey, publicKey: exportPublicKey(privateKey) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
