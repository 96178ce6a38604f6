/** For tests: an exam that is ready to be published, with a site whose box is enrolled. */
import { siteBox, site as siteTable } from '#db/hq/schema.ts';
import { newId } from '#node/ids/new-id.ts';
import { generateIdentity, type SealIdentity } from '#node/sealing/age-file.ts';
import { type BoxKey, generateBoxKey } from '#node/signing/box-key.ts';
import { signDocument } from '#node/signing/signed-document.ts';
import { HQ_TOKEN_PURPOSE, type TokenClaim } from '#protocol/hq.ts';
import type { TestHq, TestOfficer } from './harness.ts';

export const DAY_MS = 24 * 3_600_000;
export const POLICY = {
  lateEntryMs: 0,
  earliestSubmitMs: 0,
  sharedAddress: 'refuse',
  pledgeZh: '',
  pledgeEn: '',
} as const;
export const ID_NUMBERS = ['110101201001011237', '110101201001020029', '110101201001030040'] as const;
/** Stands in no file, log or answer of headquarters in plain. */
export const CANARY = '金丝雀词句四九二';

const QUESTIONS = (canary: string) =>
  `大题,题型,题目,选项,答案,分值\n一,单选题,${canary}是？,"A. 甲\nB. 乙",A,2\n,填空题,____的首都,,北京${canary},4\n`;

export interface TestBox {
  site: string;
  box: string;
  key: BoxKey;
  age: SealIdentity;
}

/** A site, and its box as enrolment leaves it. */
export async function addBox(hq: TestHq, site: string, name = site): Promise<TestBox> {
  const { orm } = hq.hq.deps.db;
  await orm.insert(siteTable).values({ site, name, region: '西藏' }).onConflictDoNothing();
  const [key, age, box] = [generateBoxKey(), await generateIdentity(), newId('box')];
  await orm.insert(siteBox).values({
    key: key.publicKey,
    site,
    box,
    ledger: `${site}/${box}/1`,
    recipient: age.recipient,
    enrolled: hq.time.wall(),
    revoked: null,
  });
  return { site, box, key, age };
}

export const list = (...rows: string[]) =>
  Buffer.from(`准考证号,姓名,身份证号,科目代码,科目名称,学校\n${rows.join('\n')}\n`);

export async function addRoster(
  officer: TestOfficer,
  exam: string,
  site: string,
  body: Uint8Array,
): Promise<void> {
  const query = { file: '名单.csv', confirm: true };
  const answer = await officer.call(
    'POST /api/v1/officer/exams/:exam/sites/:site/roster',
    { exam, site },
    { query, body },
  );
  if (!answer.done) throw new Error(JSON.stringify(answer.faults));
}

/** The same without a file: reading one takes a thread, and a second. `ticket name id-number subject school` each. */
export async function addEntries(hq: TestHq, exam: string, site: string, ...rows: string[]): Promise<void> {
  const { db } = hq.hq.deps;
  const candidates = new Map<string, string>();
  await db.transaction(async (tx) => {
    for (const row of rows) {
      const [ticket = '', name = '', idNumber = '', subject = '', school = ''] = row.split(' ');
      const candidate = candidates.get(idNumber) ?? newId('candidate');
      candidates.set(idNumber, candidate);
      const entry = { entry: newId('entry'), candidate, idNumber, ticket, name, gender: '', school, subject };
      await hq.hq.services.preparation.rosters.amend(tx, exam, site, entry);
    }
  });
}

export async function addPaper(officer: TestOfficer, exam: string, subject: string): Promise<string> {
  const { paper, faults } = await officer.call(
    'POST /api/v1/officer/exams/:exam/papers',
    { exam },
    {
      query: { subject, label: '甲卷', file: `${subject}.csv` },
      body: Buffer.from(QUESTIONS(CANARY)),
    },
  );
  if (!paper) throw new Error(JSON.stringify(faults));
  return paper.paper;
}

/** Body of a session with one subject, codes 2 of 3 and no release by itself. */
export const sessionBody = (hq: TestHq, paper: string, more: object = {}) => ({
  name: '上午场',
  plannedStart: hq.time.wall() + 2 * DAY_MS,
  subjects: [{ code: 'yw', durationMs: 7_200_000, papers: [{ version: 'A', paper }] }],
  policy: POLICY,
  n: 2,
  m: 3,
  releaseAt: null,
  ...more,
});

export async function addExam(officer: TestOfficer): Promise<string> {
  const body = { name: '期末考试', subjects: [{ code: 'yw', name: '语文' }] };
  return (await officer.call('POST /api/v1/officer/exams', {}, { body })).exam;
}

/** What a box sends with its calls. */
export async function boxHeaders(hq: TestHq, box: TestBox): Promise<Record<string, string>> {
  const ask = async (url: string, payload: object) =>
    (await hq.inject({ method: 'POST', url, payload })).json() as Record<string, string>;
  const key = box.key.publicKey;
  const { nonce = '' } = await ask('/api/v1/challenges', { site: box.site, key });
  const claim: TokenClaim = { v: 1, hq: hq.hq.deps.keys.key.publicKey, site: box.site, key, nonce };
  const { token = '' } = await ask('/api/v1/tokens', signDocument(HQ_TOKEN_PURPOSE, claim, box.key));
  return { authorization: `Bearer ${token}` };
}
