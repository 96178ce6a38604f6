/** A small site for tests: an exam with a room of seats, a sealed paper and a session, made by events alone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numberSeats } from '#domain/seating/floor-plan.numbering.ts';
import { emptyPlan } from '#domain/seating/floor-plan.ts';
import { sealPaper } from '#node/sealing/seal-paper.ts';
import type { SessionPolicy } from '#protocol/console.ts';
import { PAPER_FORMAT, type Paper } from '#protocol/paper.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';

export const POLICY: SessionPolicy = {
  lateEntryMs: 15 * 60_000,
  earliestSubmitMs: 0,
  sharedAddress: 'loopback',
  pledgeZh: '我承诺诚信考试。',
  pledgeEn: 'I will be honest.',
};

export interface TestSite {
  exam: string;
  session: string;
  sitting: string;
  room: string;
  paper: string;
  identity: string;
  candidates: { entry: string; ticket: string; idNumber: string; name: string; seat: string }[];
}

/** A paper with one of each kind that rules tell apart. */
export function samplePaper(): Paper {
  const choice = (id: string) => ({ id, c: [id] });
  return {
    format: PAPER_FORMAT,
    id: 'test',
    title: '样卷',
    language: 'zh-CN',
    sections: [{ id: 's1', title: '一', children: [{ item: 'Q1' }, { item: 'Q2' }, { item: 'Q3' }] }],
    items: {
      Q1: {
        id: 'Q1',
        title: '选择',
        stimuli: [],
        body: [
          {
            i: {
              type: 'choice',
              response: 'R',
              shuffle: true,
              max: 1,
              min: 0,
              choices: ['A', 'B', 'C'].map(choice),
            },
          },
        ],
        responses: [
          { id: 'R', cardinality: 'single', base: 'identifier', allowed: { ids: ['A', 'B', 'C'] } },
        ],
      },
      Q2: {
        id: 'Q2',
        title: '作文',
        stimuli: [],
        body: [{ i: { type: 'extended-text', response: 'R', rich: false } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'string', maxChars: 5_000 }],
      },
      Q3: {
        id: 'Q3',
        title: '上传',
        stimuli: [],
        body: [{ i: { type: 'upload', response: 'R', types: [], maxBytes: 10_000, starter: [] } }],
        responses: [{ id: 'R', cardinality: 'single', base: 'file', maxBytes: 10_000 }],
      },
    },
    stimuli: {},
    media: {},
    styles: '',
    fonts: [],
  };
}

export interface SiteOptions {
  candidates?: number;
  policy?: Partial<SessionPolicy>;
  durationMs?: number;
  /** Opens entry too. */
  open?: boolean;
  plannedStart?: number;
  demo?: boolean;
}

export async function makeSite(deps: Deps, options: SiteOptions = {}): Promise<TestSite> {
  const { candidates: count = 4, durationMs = 3_600_000, open = true, demo = true } = options;
  const [exam, session, sitting, room, paper] = (
    ['exam', 'session', 'sitting', 'room', 'paper'] as const
  ).map(newId) as [string, string, string, string, string];
  const columns = Math.max(2, Math.ceil(Math.sqrt(count)));
  const plan = emptyPlan(Math.ceil(count / columns), columns);
  const seats = numberSeats(plan);
  const sealed = await sealPaper({
    paper,
    text: Buffer.from(JSON.stringify(samplePaper())),
    files: new Map(),
    sealedWallMs: deps.clock.wall(),
    notBeforeMs: 0,
    key: deps.box.key,
  });
  await mkdir(join(deps.folder.sealed, paper), { recursive: true });
  for (const [name, bytes] of sealed.files) await writeFile(join(deps.folder.sealed, paper, name), bytes);
  const people = Array.from({ length: count }, (_, i) => ({
    entry: newId('entry'),
    candidate: newId('candidate'),
    idNumber: `11010519491231${String(i).padStart(4, '0')}`,
    ticket: `2611${String(i + 1).padStart(6, '0')}`,
    name: i === 0 ? '买买提·艾力' : `考生${i + 1}`,
    gender: '男',
    school: '第一中学',
    subject: '0101',
  }));
  const zero = '0'.repeat(64);
  const events: NewEvent[] = [
    {
      kind: 'SITE_SET_UP',
      body: { site: 'TEST01', name: '测试考点', timeZone: 'Asia/Shanghai', contact: '', demo },
    },
    { kind: 'EXAM_SAVED', body: { exam, name: '期末考试' } },
    {
      kind: 'ROSTER_IMPORTED',
      body: {
        exam,
        file: 't.csv',
        sha256: zero,
        part: 1,
        parts: 1,
        subjects: [{ code: '0101', name: '语文' }],
        entries: people,
      },
    },
    { kind: 'ROOM_SAVED', body: { room, name: '考场 01', plan } },
    {
      kind: 'PAPER_ADDED',
      body: {
        paper,
        exam,
        subject: '0101',
        label: 'A 卷',
        manifest: sealed.manifestText,
        manifestSig: sealed.signature,
        items: 3,
        source: { file: 'p.zip', sha256: zero },
      },
    },
    {
      kind: 'SESSION_SAVED',
      body: {
        session,
        exam,
        name: '上午场',
        plannedStart: options.plannedStart ?? deps.clock.wall() - 1000,
        subjects: ['0101'],
        policy: { ...POLICY, ...options.policy },
      },
    },
    {
      kind: 'SITTING_SAVED',
      body: { sitting, session, subject: '0101', room, papers: [{ version: 'A', paper }], durationMs },
    },
    {
      kind: 'SEATING_DRAWN',
      body: {
        session,
        mode: 'order',
        algorithm: 'test',
        seed: 'test',
        assignments: people.map(({ entry }, i) => ({
          entry,
          sitting,
          room,
          seat: seats[i]?.label ?? '',
          version: 'A',
          orderSeed: `s${i}`,
        })),
        unmet: [],
      },
    },
  ];
  await deps.ledger.append(events, { local: [{ t: 'paper-identity', paper, identity: sealed.identity }] });
  if (open) await deps.ledger.append([{ kind: 'ENTRY_OPENED', body: { session } }]);
  return {
    exam,
    session,
    sitting,
    room,
    paper,
    identity: sealed.identity,
    candidates: people.map(({ entry, ticket, idNumber, name }, i) => ({
      entry,
      ticket,
      idNumber,
      name,
      seat: seats[i]?.label ?? '',
    })),
  };
}
