/** A box whose session is over: answers, photos, files, and a headquarters that signs when it is told to. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import {
  answeredItems,
  answersText,
  canonical,
  receiptCodeText,
  shortCode,
  submitText,
} from '#domain/attempt/digest.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import { rangeRoot } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { type BoxKey, generateBoxKey, sign } from '#node/signing/box-key.ts';
import { batchId, signReceipt } from '#node/sync/batch-file.ts';
import { PURPOSE, type RevisionOp } from '#protocol/revision.ts';
import type { RoleName } from '#protocol/rights.ts';
import { SampleMachine, SampleStream } from '#server/ledger/sample-ledger.testing.ts';
import { hashReader } from '#server/ledger/tiles.ts';
import { putBlob } from '#server/platform/blobs.ts';
import { newId } from '#server/platform/ids.ts';
import { Turns } from '#server/platform/turns.ts';
import { hashToken } from '#server/staff/auth.service.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { makeSite, POLICY, type TestSite } from '#server/test/site.testing.ts';
import { retentionRoutes } from './retention.routes.ts';
import { RetentionService } from './retention.service.ts';

/** In every answer and every file: what must not be found afterwards. */
export const CANARY = '金丝雀 kanarienvogel';
export const DAYS = 30;

const hex = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

export class RetentionBox {
  readonly box: TestBox;
  readonly site: TestSite;
  readonly retention: RetentionService;
  readonly hq: BoxKey = generateBoxKey();
  readonly otherSession: string = newId('session');
  readonly otherSitting: string = newId('sitting');
  /** SHA-256 of media that headquarters is told to have. */
  readonly media = new Set<string>();
  readonly streams: SampleStream[] = [];
  #acknowledged = 0;

  private constructor(box: TestBox, site: TestSite, retention: RetentionService) {
    this.box = box;
    this.site = site;
    this.retention = retention;
  }

  static async make(t: Test): Promise<RetentionBox> {
    let retention: RetentionService | undefined;
    const box = await build(t, {
      config: { retention: DAYS },
      routes: (app, deps) => {
        retention = new RetentionService(deps, new Turns());
        retentionRoutes(app, retention);
      },
    });
    if (!retention) throw new Error('no routes');
    const made = new RetentionBox(box, await makeSite(box.deps), retention);
    t.teardown(() => made.retention.stop());
    await made.#second();
    return made;
  }

  /** Another session in the same room, with the second candidate again and the third for the first time. */
  async #second(): Promise<void> {
    const { deps } = this.box;
    const { exam, room, paper, candidates } = this.site;
    const [session, sitting] = [this.otherSession, this.otherSitting];
    await deps.ledger.append([
      {
        kind: 'SESSION_SAVED',
        body: {
          session,
          exam,
          name: '下午场',
          plannedStart: deps.clock.wall(),
          subjects: ['0101'],
          policy: POLICY,
        },
      },
      {
        kind: 'SITTING_SAVED',
        body: {
          sitting,
          session,
          subject: '0101',
          room,
          papers: [{ version: 'A', paper }],
          durationMs: 3_600_000,
        },
      },
      {
        kind: 'SEATING_DRAWN',
        body: {
          session,
          mode: 'order',
          algorithm: 'test',
          seed: 'test',
          assignments: [1, 2].map((i) => ({
            entry: candidates[i]?.entry ?? '',
            sitting,
            room,
            seat: candidates[i]?.seat ?? '',
            version: 'A',
            orderSeed: 's',
          })),
          unmet: [],
        },
      },
    ]);
  }

  /** Somebody who stays signed in for years. */
  async signIn(role: RoleName): Promise<{ staff: string; cookie: string }> {
    const { staff } = await this.box.signIn(role, [this.site.room]);
    const cookie = newId('staff');
    const expires = this.box.time.wallMs() + 1_000 * 24 * 3_600_000;
    await this.box.deps.ledger.local([
      { t: 'sign-in', tokenHash: hashToken(cookie), staff, expires, address: '127.0.0.1', agent: 'test' },
    ]);
    return { staff, cookie };
  }

  /** A third session, under way at once; returns its sitting. */
  async another(): Promise<string> {
    const [session, sitting] = [newId('session'), newId('sitting')];
    const { exam, room, paper } = this.site;
    const papers = [{ version: 'A', paper }];
    await this.box.deps.ledger.append([
      {
        kind: 'SESSION_SAVED',
        body: { session, exam, name: '晚场', plannedStart: 1, subjects: ['0101'], policy: POLICY },
      },
      {
        kind: 'SITTING_SAVED',
        body: { sitting, session, subject: '0101', room, papers, durationMs: 3_600_000 },
      },
    ]);
    await this.start(sitting);
    return sitting;
  }

  async start(sitting: string): Promise<void> {
    await this.box.deps.ledger.append([{ kind: 'SITTING_STARTED', body: { sitting } }]);
  }

  async end(sitting: string): Promise<void> {
    await this.box.deps.ledger.append([{ kind: 'SITTING_ENDED', body: { sitting, reason: 'over' } }]);
  }

  /** Candidate `n` (from 0) writes the canary in `sitting`, rewrites it and leaves some of it. */
  async write(n: number, sitting: string): Promise<SampleStream> {
    const { ledger } = this.box.deps;
    const { candidates, room } = this.site;
    const machine = new SampleMachine(n + 1);
    const [attempt, entry, seat] = [newId('attempt'), candidates[n]?.entry ?? '', candidates[n]?.seat ?? ''];
    const stream = new SampleStream(attempt, 1, machine);
    await ledger.append([
      {
        kind: 'MACHINE_ENROLLED',
        body: {
          machine: machine.id,
          key: machine.key,
          room,
          seat,
          address: '10.0.0.1',
          agent: 'Chrome 109',
          walk: null,
          replaces: null,
        },
      },
      {
        kind: 'CANDIDATE_LOGGED_IN',
        attempt,
        body: { entry, sitting, machine: machine.id, epoch: 1, room, seat },
      },
    ]);
    const say = (op: RevisionOp) => stream.next('Q2', op).revision;
    for (let round = 0; round < 6; round++)
      await ledger.append(
        [
          say({ t: 'set', resp: 'R', v: `${CANARY} `.repeat(3 + round * 40) }),
          say({ t: 'set', resp: 'R', v: 'taken back' }),
          say({ t: 'splice', resp: 'R', at: 0, del: 0, ins: CANARY }),
        ].map((body) => ({ kind: 'ANSWER_REVISED' as const, attempt, body })),
      );
    await ledger.append([{ kind: 'HEAD_SIGNED', attempt, body: stream.head() }]);
    this.streams.push(stream);
    return stream;
  }

  async quarantine(stream: SampleStream): Promise<void> {
    const { revision } = stream.next('Q2', { t: 'set', resp: 'R', v: `${CANARY} late` }, 2, false);
    const { attempt } = stream;
    await this.box.deps.ledger.append([
      { kind: 'REVISION_QUARANTINED', attempt, body: { revision, lane: 'in-time' } },
    ]);
  }

  async submit(stream: SampleStream, n: number, sitting: string): Promise<void> {
    const { ledger, box } = this.box.deps;
    const { attempt, content, rev, hash, machine } = stream;
    const heads = [{ epoch: 1, rev, hash }];
    const digest = createHash('sha256')
      .update(answersText({ attempt, answers: content.answers, streams: heads }))
      .digest('base64url');
    const receipt = {
      v: 1 as const,
      attempt,
      box: box.box,
      code: shortCode(createHash('sha256').update(receiptCodeText({ attempt, digest })).digest()),
      digest,
      entry: this.site.candidates[n]?.entry ?? '',
      answered: answeredItems(content.answers),
      name: this.site.candidates[n]?.name ?? '',
      revisions: rev,
      site: 'TEST01',
      sitting,
      streams: heads,
      subject: '0101',
      submitted: this.box.time.wallMs(),
      ticket: this.site.candidates[n]?.ticket ?? '',
    };
    const told = { stream: stream.stream, rev, hash, digest, at: 5 };
    const receiptSig = sign(box.key, PURPOSE.receipt, Buffer.from(canonical(receipt)));
    const body = { ...told, agrees: true, sig: machine.sign(submitText(told)), receipt, receiptSig };
    await ledger.append([{ kind: 'ATTEMPT_SUBMITTED', attempt, body }]);
  }

  async timeUp({ attempt }: SampleStream): Promise<void> {
    await this.box.deps.ledger.append([{ kind: 'ATTEMPT_TIMED_UP', attempt, body: { endsAt: 9 } }]);
  }

  /** A photo with its three pictures; returns their paths. */
  async photo(session: string, name: string): Promise<string[]> {
    const { deps } = this.box;
    const [original, stamped, small] = await Promise.all(
      ['original', 'stamped', 'small'].map((size) =>
        putBlob(deps.folder.blobs, Buffer.from(`${CANARY} ${name} ${size}`)),
      ),
    );
    if (!original || !stamped || !small) throw new Error('three were put');
    await deps.ledger.append([
      {
        kind: 'PHOTO_STORED',
        body: {
          photo: newId('photo'),
          purpose: 'portrait',
          session,
          room: this.site.room,
          incident: null,
          way: 'camera',
          takenWall: null,
          text: '',
          width: 1,
          height: 1,
          original: { ...original, type: 'image/jpeg' },
          stamped,
          small,
          people: [],
        },
      },
    ]);
    for (const { sha256: name } of [original, stamped]) this.media.add(name);
    return [original, stamped, small].map((one) => this.blob(one.sha256));
  }

  async material(session: string, name: string): Promise<string> {
    const { deps } = this.box;
    const { sha256: own, bytes } = await putBlob(deps.folder.blobs, Buffer.from(`${CANARY} ${name}`));
    const material = newId('material');
    const about = { room: null, name, type: 'application/pdf' as const, bytes, sha256: own, text: '' };
    await deps.ledger.append([{ kind: 'MATERIAL_ADDED', body: { material, session, ...about } }]);
    this.media.add(own);
    return this.blob(own);
  }

  /** Registered photos of candidates by their place in the list; paths. */
  async registered(...people: number[]): Promise<string[]> {
    const { deps, statements } = this.box;
    const photos = await Promise.all(
      people.map(async (n) => {
        const { candidate } = statements.get<{ candidate: string }>(
          'SELECT candidate FROM entry WHERE entry = ?',
          this.site.candidates[n]?.entry ?? '',
        ) ?? { candidate: '' };
        const put = await putBlob(deps.folder.blobs, Buffer.from(`${CANARY} face ${n}`));
        return { candidate, ...put };
      }),
    );
    await deps.ledger.append([
      {
        kind: 'REGISTERED_PHOTOS_IMPORTED',
        body: { exam: this.site.exam, file: 'p.zip', sha256: hex('zip'), part: 1, parts: 1, photos },
      },
    ]);
    for (const one of photos) this.media.add(one.sha256);
    return photos.map((one) => this.blob(one.sha256));
  }

  async upload({ attempt }: SampleStream, name: string): Promise<string> {
    const { deps } = this.box;
    const bytes = Buffer.from(`${CANARY} ${name}`);
    const path = join(deps.folder.uploads, hex(bytes));
    await writeFile(path, bytes);
    const body = { item: 'Q3', resp: 'R', name, type: '', bytes: bytes.length, sha256: hex(bytes) };
    await deps.ledger.append([{ kind: 'UPLOAD_STORED', attempt, body }]);
    this.media.add(hex(bytes));
    return path;
  }

  async report(session: string, title: string): Promise<string> {
    const { deps } = this.box;
    const report = newId('report');
    const bytes = Buffer.from(`${CANARY} ${title}`);
    const path = join(deps.folder.reports, `${report}.pdf`);
    await mkdir(deps.folder.reports, { recursive: true });
    await writeFile(path, bytes);
    await deps.ledger.append([
      {
        kind: 'REPORT_MADE',
        body: {
          report,
          kind: 'answers',
          lang: 'zh-CN',
          title,
          session,
          room: null,
          attempt: null,
          incident: null,
          copy: 1,
          purpose: '',
          requester: '',
          pages: 1,
          bytes: bytes.length,
          sha256: hex(bytes),
          digest: 'A'.repeat(43),
        },
      },
    ]);
    return path;
  }

  async connect(): Promise<void> {
    const wall = this.box.time.wallMs();
    const { publicKey: key } = this.hq;
    await this.box.deps.ledger.local([
      { t: 'hq', url: 'https://hq.test', site: 'XZ-01', name: '总部', key, recipients: '[]', ca: '', wall },
    ]);
  }

  /** Headquarters signs for all events that it has not signed for. */
  async receive(): Promise<void> {
    await this.#receipt(this.hq);
    this.#acknowledged = this.box.deps.ledger.size;
  }

  /** Somebody else signs for them, while `look` looks. */
  async forge(look: () => void): Promise<void> {
    const batch = await this.#receipt(generateBoxKey());
    look();
    const wall = this.box.time.wallMs();
    await this.box.deps.ledger.local([
      { t: 'batch-again', batch, bytes: 1, sha256: hex('file'), wall },
      { t: 'batch-gone', batch },
    ]);
  }

  async #receipt(by: BoxKey): Promise<string> {
    const { ledger, db, box } = this.box.deps;
    const [first, last] = [this.#acknowledged, ledger.size - 1];
    const root = Buffer.from(rangeRoot(sha256, hashReader(db, sha256), 0, last + 1)).toString('base64');
    const origin = checkpointOrigin('TEST01', box.box, box.boxEpoch);
    const key = { site: 'XZ-01', ledger: origin, first, last, root };
    const batch = batchId(key);
    const wall = this.box.time.wallMs();
    const { text, signature } = signReceipt(
      { v: 1, ...key, hq: this.hq.publicKey, key: box.key.publicKey, events: last + 1 - first, taken: wall },
      by,
    );
    await ledger.local([
      { t: 'batch', ledger: origin, first, last, root, batch, bytes: 1, sha256: hex('file'), wall },
      { t: 'batch-taken', batch, receipt: text, signature, wall },
    ]);
    return batch;
  }

  async receiveMedia(): Promise<void> {
    const wall = this.box.time.wallMs();
    await this.box.deps.ledger.local([...this.media].map((one) => ({ t: 'medium', sha256: one, wall })));
  }

  blob(name: string): string {
    return join(this.box.deps.folder.blobs, name.slice(0, 2), name);
  }

  /** Files of the data folder, database and log among them, in which `needle` stands. */
  async find(needle: string): Promise<string[]> {
    const { root } = this.box.deps.folder;
    const names = await readdir(root, { recursive: true });
    const found: string[] = [];
    for (const name of names) {
      const path = join(root, name);
      if ((await stat(path)).isFile() && (await readFile(path)).includes(needle)) found.push(name);
    }
    return found;
  }
}
