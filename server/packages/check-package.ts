/**
 * Is a package file one that this box may take now? What cannot change is proved from the file alone (`openPackage`);
 * what is here is asked again when it is confirmed (`judgePackage`). Every refusal is a code of its own.
 */
import { comparePlan, type Here } from '#domain/packages/compare.ts';
import { isSamePerson, planFault, rosterFault } from '#domain/packages/plan-fault.ts';
import { type ReadPackage, readPackageFile } from '#node/packages/package-file.ts';
import { openPlan } from '#node/packages/package-plan.ts';
import type { SealIdentity } from '#node/sealing/age-file.ts';
import { verifyManifest } from '#node/sealing/manifest.ts';
import type { SessionRow } from '#protocol/console.ts';
import type { PackageChange } from '#protocol/delivery.ts';
import { type PackagePlan, PLAN_PART, type PlannedSubject } from '#protocol/package.ts';
import type { SealedManifest } from '#protocol/sealed.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Statements } from '#server/platform/statements.ts';
import {
  type PinnedHq,
  selectHere,
  selectLastNumber,
  selectOptionalPaper,
  selectSignedIn,
  selectStranger,
  selectSubjectInUse,
} from './packages.repo.ts';

/** Before a session's start its package stands. */
export const NEAR_MS = 30 * 60_000;
/** A session that was planned and never opened bars nothing for ever. */
const FORGOTTEN_MS = 12 * 3_600_000;
/** Whoever signs in runs this hash: it must be Argon2id, at a cost that the box can bear. */
const PASSWORD_HASH =
  /^\$argon2id\$v=19\$m=([1-9][0-9]{0,5}),t=[1-9],p=[1-4]\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;

export interface OpenedPackage {
  path: string;
  read: ReadPackage;
  plan: PackagePlan;
  manifests: Map<string, SealedManifest>;
}

/**
 * Reads, proves and opens the file. Throws `package/form`, `package/signature`, `package/tampered`, `package/other-site`,
 * `package/other-box`, `package/plan`, `package/addendum`, `package/papers`.
 */
export async function openPackage(path: string, hq: PinnedHq, own: SealIdentity): Promise<OpenedPackage> {
  const read = await readPackageFile(path, hq.key);
  const { header } = read;
  if (header.site !== hq.site) throw new BoxError('package/other-site', { site: header.site });
  if (header.to !== own.recipient) throw new BoxError('package/other-box');
  const plan = await openPlan(await read.readPart(PLAN_PART), own.identity);
  const badHash = plan.staff.find(
    ({ passwordHash }) => passwordHash !== '' && !PASSWORD_HASH.test(passwordHash),
  );
  const fault =
    plan.exam.exam === header.exam
      ? planFault(plan, header.kind)
      : `exam ${plan.exam.exam} in one of ${header.exam}`;
  if (fault !== null) throw new BoxError('package/plan', { reason: fault });
  if (badHash) throw new BoxError('package/plan', { reason: `password of ${badHash.login}` });
  const manifests = new Map(
    plan.papers.map(({ paper, manifest, manifestSig }) => [
      paper,
      manifestOf(paper, manifest, manifestSig, hq.key),
    ]),
  );
  const expected = [...manifests].flatMap(([paper, { files }]) =>
    files.map(({ name, bytes, sha256 }) => `${paper}/${name} ${bytes} ${sha256}`),
  );
  const brought = header.parts
    .filter(({ name }) => name !== PLAN_PART)
    .map(({ name, bytes, sha256 }) => `${name} ${bytes} ${sha256}`);
  if (expected.toSorted().join('\n') !== brought.toSorted().join('\n'))
    throw new BoxError('package/papers', { reason: 'parts and manifests differ' });
  return { path, read, plan, manifests };
}

function manifestOf(paper: string, text: string, signature: string, key: string): SealedManifest {
  let manifest: SealedManifest;
  try {
    manifest = verifyManifest(text, signature, key);
  } catch (error) {
    throw new BoxError('package/papers', { paper }, error);
  }
  if (manifest.paper !== paper) throw new BoxError('package/papers', { paper, manifest: manifest.paper });
  return manifest;
}

export interface JudgedBy {
  hq: PinnedHq;
  /** Every session of the box with its state. */
  sessions: readonly SessionRow[];
  /** What an earlier package planned for a session. */
  planned: (session: string) => readonly PlannedSubject[];
  wallMs: number;
}

export interface Judged {
  here: Here;
  changes: PackageChange[];
}

/**
 * Whether it fits what is here at this moment, and what it would change. Throws `package/late`, `package/old`,
 * `package/addendum`, `package/near`, `package/collides`, `package/roster`, `package/seated`.
 */
export function judgePackage(
  s: Statements,
  { read: { header }, plan }: OpenedPackage,
  { hq, sessions, planned, wallMs }: JudgedBy,
): Judged {
  if (wallMs >= header.expires) throw new BoxError('package/late', { expires: header.expires });
  const last = selectLastNumber(s, header.exam);
  if (header.number <= last) throw new BoxError('package/old', { number: header.number, last });
  const here = selectHere(s, header.exam, hq.key, planned);
  const addendum = header.kind === 'addendum';
  // An addendum corrects what a package brought; without one there is nothing that it could belong to.
  if (addendum && (here.exam === null || last === 0)) throw new BoxError('package/addendum');
  const ofExam = sessions.filter(({ exam }) => exam === header.exam);
  const near = ofExam.find(({ state, plannedStart }) => isNear(state, plannedStart - wallMs));
  if (near && !addendum) throw new BoxError('package/near', { session: near.name });
  checkIdentifiers(s, plan, hq, ofExam);
  const fault = rosterFault(plan.entries, here.entries, addendum);
  if (fault) throw new BoxError('package/roster', { ticket: fault.ticket, reason: fault.reason });
  if (addendum) {
    const under = ofExam.filter(({ state }) => state === 'open' || state === 'running');
    checkSeated(
      plan,
      here,
      selectSignedIn(
        s,
        under.map(({ session }) => session),
      ),
    );
  }
  return { here, changes: comparePlan(plan, here, header.kind) };
}

function isNear(state: SessionRow['state'], untilMs: number): boolean {
  if (state === 'open' || state === 'running') return true;
  return state === 'planned' && untilMs <= NEAR_MS && untilMs > -FORGOTTEN_MS;
}

function checkIdentifiers(
  s: Statements,
  plan: PackagePlan,
  hq: PinnedHq,
  sessions: readonly SessionRow[],
): void {
  const stranger = selectStranger(s, plan);
  if (stranger !== null) throw new BoxError('package/collides', { id: stranger });
  for (const { paper, subject, manifest } of plan.papers) {
    const known = selectOptionalPaper(s, paper);
    if (!known) continue;
    const same =
      known.exam === plan.exam.exam &&
      known.subject === subject &&
      known.manifest === manifest &&
      known.signer === hq.key;
    if (!same) throw new BoxError('package/collides', { id: paper });
  }
  const ended = new Set(sessions.filter(({ state }) => state === 'ended').map(({ session }) => session));
  for (const { session, name, subjects } of plan.sessions) {
    if (ended.has(session)) continue;
    const used = selectSubjectInUse(
      s,
      session,
      subjects.map(({ code }) => code),
    );
    if (used !== null) throw new BoxError('package/collides', { session: name, subject: used });
  }
}

/** Nobody who is signed in is touched: what he signed in with stays what it is. */
function checkSeated(plan: PackagePlan, here: Here, signedIn: ReadonlySet<string>): void {
  const people = new Map(here.entries.map((one) => [one.candidate, one]));
  const entries = new Map(here.entries.map((one) => [one.entry, one]));
  const touched = plan.entries.filter((one) => {
    if (!signedIn.has(one.candidate)) return false;
    const person = people.get(one.candidate);
    const before = entries.get(one.entry);
    return !person || !isSamePerson(person, one) || (before !== undefined && before.ticket !== one.ticket);
  });
  if (touched.length > 0)
    throw new BoxError('package/seated', {
      count: touched.length,
      tickets: touched.slice(0, 20).map(({ ticket }) => ticket),
    });
}
