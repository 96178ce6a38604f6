/** A made-up headquarters for tests: it signs packages and releases as the real one does, and offers them over a line that can be cut. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Test } from 'tap';
import { newId } from '#node/ids/new-id.ts';
import { packageHead } from '#node/packages/package-file.ts';
import { sealPlan, sealReleaseKeys } from '#node/packages/package-plan.ts';
import { generateIdentity, type SealIdentity } from '#node/sealing/age-file.ts';
import { AGE_KEY_FILE, ensureAgeIdentity } from '#node/sealing/age-key-file.ts';
import { sealPaper } from '#node/sealing/seal-paper.ts';
import { type BoxKey, generateBoxKey } from '#node/signing/box-key.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { PackageOffer, SignedDocument } from '#protocol/hq.ts';
import {
  PACKAGE_FORMAT,
  type PackageHeader,
  type PackagePlan,
  PLAN_PART,
  type PlanEntry,
} from '#protocol/package.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { releaseRoutes } from '#server/release/release.routes.ts';
import { ReleaseService } from '#server/release/release.service.ts';
import { build, type HarnessOptions, type TestBox } from '#server/test/harness.ts';
import { POLICY } from '#server/test/prepare.testing.ts';
import { packagesRoutes } from './packages.routes.ts';
import { PackagesService } from './packages.service.ts';

export const SITE = '5401-001';
export const DAY = 24 * 3_600_000;

export interface MadePackage {
  bytes: Buffer;
  header: PackageHeader;
  plan: PackagePlan;
  offer: PackageOffer;
}

export interface HqBox extends TestBox {
  hq: BoxKey;
  own: SealIdentity;
  packages: PackagesService;
  release: ReleaseService;
  line: TestLine;
}

/** What the box asks of headquarters. `cutAfter`: the line is cut once after so many bytes. */
export class TestLine {
  readonly files = new Map<string, Buffer>();
  asked: number[] = [];
  cutAfter: number[] = [];
  beginsAnew = false;
  /** Answer for a session's release; a code: refused with it. */
  release: SignedDocument | ErrorCode = 'sync/unreachable';

  async ask(id: string, offset: number) {
    const file = this.files.get(id);
    if (!file) throw new BoxError('package/not-offered', { package: id });
    this.asked.push(offset);
    const from = this.beginsAnew ? 0 : offset;
    const cut = this.cutAfter.shift();
    return { from, bytes: pour(file.subarray(from), cut) };
  }

  async askRelease(): Promise<SignedDocument> {
    if (typeof this.release === 'string') throw new BoxError(this.release);
    return this.release;
  }
}

async function* pour(bytes: Buffer, cut: number | undefined): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000) {
    if (cut !== undefined && at >= cut) throw new BoxError('sync/interrupted');
    yield bytes.subarray(at, at + 1_000);
  }
}

/** A box that is connected to a headquarters which the test holds the key of. */
export async function boxWithHq(t: Test, options: HarnessOptions = {}): Promise<HqBox> {
  const line = new TestLine();
  const made: { packages?: PackagesService; release?: ReleaseService } = {};
  const box = await build(t, {
    ...options,
    routes: async (app, deps, services) => {
      const { turns, sessions, papers } = services;
      made.packages = new PackagesService(deps, { turns, sessions, papers, ask: line.ask.bind(line) });
      packagesRoutes(app, made.packages);
      made.release = new ReleaseService(deps, turns, line.askRelease.bind(line));
      releaseRoutes(app, made.release);
      await options.routes?.(app, deps, services);
    },
  });
  const hq = generateBoxKey();
  const own = await ensureAgeIdentity(join(box.deps.folder.keys, AGE_KEY_FILE));
  await connect(box, hq);
  const { packages, release } = made;
  if (!packages || !release) throw new Error('not wired');
  return { ...box, hq, own, packages, release, line };
}

export async function connect(box: TestBox, hq: BoxKey): Promise<void> {
  const { recipient } = await generateIdentity();
  await box.deps.ledger.append(
    [
      {
        kind: 'HQ_CONNECTED',
        body: { url: 'https://hq.test', site: SITE, name: '考试院', hq: hq.publicKey, recipient },
      },
    ],
    {
      local: [
        {
          t: 'hq',
          url: 'https://hq.test',
          site: SITE,
          name: '考试院',
          key: hq.publicKey,
          recipients: JSON.stringify([recipient]),
          ca: '',
          wall: 0,
        },
      ],
    },
  );
}

export function person(n: number, subject = '0101', more: Partial<PlanEntry> = {}): PlanEntry {
  return {
    entry: newId('entry'),
    candidate: newId('candidate'),
    idNumber: `11010519900101${String(1000 + n)}`,
    ticket: `T${n}`,
    name: `考生${n}`,
    gender: 'female',
    school: '第一中学',
    subject,
    ...more,
  };
}

export interface MadeSession {
  session: string;
  identity: string;
  papers: string[];
}

/**
 * An exam as headquarters holds it: one session with two versions of one paper, opened by `n` of `m` codes. `text` is the
 * paper's content.
 */
export async function makeExam(
  box: HqBox,
  {
    n = 2,
    m = 3,
    text = '{"title":"secret"}',
    people = 3,
    startsIn = DAY,
  }: { n?: number; m?: number; text?: string; people?: number; startsIn?: number } = {},
): Promise<{ plan: PackagePlan; files: Map<string, Uint8Array>; session: MadeSession }> {
  const release = await generateIdentity();
  const files = new Map<string, Uint8Array>();
  const keys: Record<string, string> = {};
  const papers: PackagePlan['papers'] = [];
  for (const label of ['A 卷', 'B 卷']) {
    const paper = newId('paper');
    const sealed = await sealPaper({
      paper,
      text: Buffer.from(text),
      files: new Map([['f1.age', { role: 'media', bytes: Buffer.alloc(3_000, label) }]]),
      sealedWallMs: box.time.wallMs(),
      notBeforeMs: 0,
      key: box.hq,
    });
    keys[paper] = sealed.identity;
    for (const [name, bytes] of sealed.files) files.set(`${paper}/${name}`, bytes);
    const { manifestText: manifest, signature: manifestSig } = sealed;
    papers.push({ paper, subject: '0101', label, manifest, manifestSig, items: 1 });
  }
  const session = newId('session');
  const versions = papers.map(({ paper }, i) => ({ version: 'AB'[i] ?? '', paper }));
  const plan: PackagePlan = {
    exam: { exam: newId('exam'), name: '统一考试' },
    subjects: [{ code: '0101', name: '语文' }],
    entries: Array.from({ length: people }, (_, i) => person(i + 1)),
    sessions: [
      {
        session,
        name: '上午',
        plannedStart: box.time.wallMs() + startsIn,
        subjects: [{ code: '0101', durationMs: 3_600_000, papers: versions }],
        policy: POLICY,
        release: {
          recipient: release.recipient,
          n,
          m,
          keys: await sealReleaseKeys(keys, release.recipient),
        },
      },
    ],
    papers,
    staff: [],
  };
  return {
    plan,
    files,
    session: { session, identity: release.identity, papers: papers.map(({ paper }) => paper) },
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The file of a plan; `header` says what is to be otherwise in its header. */
export async function makePackage(
  box: HqBox,
  plan: PackagePlan,
  files: ReadonlyMap<string, Uint8Array>,
  header: Partial<PackageHeader> = {},
  key = box.hq,
): Promise<MadePackage> {
  const parts: [string, Uint8Array][] = [[PLAN_PART, await sealPlan(plan, box.own.recipient)], ...files];
  const whole: PackageHeader = {
    format: PACKAGE_FORMAT,
    package: newId('package'),
    number: 1,
    kind: 'full',
    site: SITE,
    exam: plan.exam.exam,
    hq: key.publicKey,
    to: box.own.recipient,
    made: box.time.wallMs(),
    expires: box.time.wallMs() + 30 * DAY,
    parts: parts.map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
    ...header,
  };
  const { head } = packageHead(whole, key);
  const bytes = Buffer.concat([head, ...parts.map(([, part]) => part)]);
  const { package: id, exam, number, kind, made } = whole;
  const offer = { package: id, exam, number, kind, bytes: bytes.length, sha256: sha256(bytes), made };
  return { bytes, header: whole, plan, offer };
}

/** Offers it on the line. */
export function offer(box: HqBox, ...packages: MadePackage[]): void {
  for (const { header, bytes } of packages) box.line.files.set(header.package, bytes);
  box.packages.onStatus({
    now: box.time.wallMs(),
    standings: [],
    packages: packages.map((one) => one.offer),
    releases: [],
    decisions: 0,
  });
}

const as = 'administrator';
/** From a stick: previewed. */
export const bring = (box: HqBox, { bytes }: Pick<MadePackage, 'bytes'>) =>
  box.call('POST /api/v1/console/packages/file', { as, body: bytes });
export const confirm = (box: HqBox, token: string) =>
  box.call('POST /api/v1/console/packages/confirm', { as, body: { token } });

/** From a stick: previewed and taken. */
export async function take(box: HqBox, made: MadePackage): Promise<void> {
  const { token } = (await bring(box, made)).answer;
  const done = await confirm(box, token);
  if (done.code !== '') throw new Error(`${done.code} ${JSON.stringify(done.detail)}`);
}
