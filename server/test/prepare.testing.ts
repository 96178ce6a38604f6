/** Pieces of a prepared site for tests, made by events: exams, people, sealed papers; rooms by the console's own call. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawn } from '#domain/seating/plan.fixture.ts';
import { sealPaper } from '#node/sealing/seal-paper.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import type { TestBox } from './harness.ts';

export const POLICY: SessionPolicy = {
  lateEntryMs: 15 * 60_000,
  earliestSubmitMs: 30 * 60_000,
  sharedAddress: 'refuse',
  pledgeZh: '',
  pledgeEn: '',
};

export interface Person {
  entry: string;
  candidate: string;
  ticket: string;
  idNumber: string;
  name: string;
}

/** An exam with so many people in each subject; tickets count on over all of them. */
export async function addExam(
  deps: Deps,
  subjects: Record<string, number>,
  school: (n: number) => string = () => '第一中学',
): Promise<{ exam: string; people: Record<string, Person[]> }> {
  const exam = newId('exam');
  let n = 0;
  const people: Record<string, Person[]> = {};
  const entries = Object.entries(subjects).flatMap(([subject, count]) =>
    Array.from({ length: count }, () => {
      n += 1;
      const person = {
        entry: newId('entry'),
        candidate: newId('candidate'),
        ticket: `T${n}`,
        idNumber: `11010519900101${String(1000 + n)}`,
        name: `考生${n}`,
      };
      people[subject] = [...(people[subject] ?? []), person];
      return { ...person, gender: 'female', school: school(n), subject };
    }),
  );
  await deps.ledger.append([
    { kind: 'EXAM_SAVED', body: { exam, name: '期末考试' } },
    {
      kind: 'ROSTER_IMPORTED',
      body: {
        exam,
        file: 't.csv',
        sha256: '0'.repeat(64),
        part: 1,
        parts: 1,
        subjects: Object.keys(subjects).map((code) => ({ code, name: `科目${code}` })),
        entries,
      },
    },
  ]);
  return { exam, people };
}

/** A sealed paper with its ciphertext on the disk. */
export async function addPaper(deps: Deps, exam: string, subject: string, label = 'A 卷'): Promise<string> {
  const paper = newId('paper');
  const sealed = await sealPaper({
    paper,
    text: Buffer.from('{"title":"secret"}'),
    files: new Map([['f1.age', { role: 'media', bytes: Buffer.from('picture') }]]),
    sealedWallMs: deps.clock.wall(),
    notBeforeMs: 0,
    key: deps.box.key,
  });
  await mkdir(join(deps.folder.sealed, paper), { recursive: true });
  for (const [name, bytes] of sealed.files) await writeFile(join(deps.folder.sealed, paper, name), bytes);
  await deps.ledger.append(
    [
      {
        kind: 'PAPER_ADDED',
        body: {
          paper,
          exam,
          subject,
          label,
          manifest: sealed.manifestText,
          manifestSig: sealed.signature,
          items: 1,
          source: { file: 'p.zip', sha256: '0'.repeat(64) },
        },
      },
    ],
    { local: [{ t: 'paper-identity', paper, identity: sealed.identity }] },
  );
  return paper;
}

export async function addRoom(box: TestBox, name: string, rows: string[]): Promise<string> {
  const body = { name, plan: drawn(rows) };
  return (await box.call('POST /api/v1/console/rooms', { as: 'administrator', body })).answer.room;
}

export async function addSession(box: TestBox, exam: string, subjects: string[]): Promise<string> {
  const body = { exam, name: '上午', plannedStart: box.time.wallMs() + 3_600_000, subjects, policy: POLICY };
  return (await box.call('POST /api/v1/console/sessions', { as: 'administrator', body })).answer.session;
}

/** The first candidate of a seating signs in: a machine at the seat and an attempt. */
export async function beginAttempt(
  deps: Deps,
  of: { entry: string; sitting: string; room: string; seat: string },
): Promise<string> {
  const machine = newId('machine');
  const attempt = newId('attempt');
  const { entry, sitting, room, seat } = of;
  await deps.ledger.append([
    {
      kind: 'MACHINE_ENROLLED',
      body: {
        machine,
        key: machine.slice(3).padEnd(87, 'B'),
        room,
        seat,
        address: '10.0.0.9',
        agent: 'Chrome',
        walk: null,
        replaces: null,
      },
    },
    {
      kind: 'CANDIDATE_LOGGED_IN',
      attempt,
      body: { entry, sitting, machine, epoch: 1, room, seat },
      by: { machine, address: '10.0.0.9' },
    },
  ]);
  return attempt;
}
