/** A made-up headquarters for the pages' tests: sites in every state, an exam under way, names of every length. */
import type { OfficerCallKey, OfficerCalls } from '#protocol/hq.calls.ts';
import { OFFICER_RIGHTS, type OfficerRole } from '#protocol/hq.routes.ts';

export type Answer<K extends OfficerCallKey> = OfficerCalls[K] extends { answer: infer A } ? A : never;
export type SiteRow = Answer<'GET /api/v1/officer/sites'>['rows'][number];
export type SiteDetail = Answer<'GET /api/v1/officer/sites/:site'>;
export type ExamDetail = Answer<'GET /api/v1/officer/exams/:exam'>;
export type AlarmRow = Answer<'GET /api/v1/officer/alarms'>['rows'][number];
export type RequestRow = Answer<'GET /api/v1/officer/requests'>['rows'][number];
export type ExamSite = Answer<'GET /api/v1/officer/exams/:exam/packages'>['rows'][number];
export type ResultRow = Answer<'GET /api/v1/officer/exams/:exam/results'>['rows'][number];

/** 7 June 2026, 10:30 in China. */
export const NOW = Date.UTC(2026, 5, 7, 2, 30);
const MINUTE = 60_000;
const id = (prefix: string, n: number) => `${prefix}_${String(n).padStart(16, '0')}`;

export const EXAM = id('ex', 1);
export const SESSION = id('se', 1);
export const ATTEMPT = id('at', 1);
export const REQUEST = id('rq', 1);
export const KEY = 'A'.repeat(43);
const HASH = '3f'.repeat(32);
const ROOT = `${'q'.repeat(43)}=`;

const SITES: readonly [string, string, string, SiteRow['state']][] = [
  ['gz-001', '广州市第一中学考点', '广东 广州', 'trouble'],
  ['xj-117', '新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县高级中学考点', '新疆 伊犁', 'silent'],
  ['bj-014', '北京考点', '北京', 'running'],
  ['sh-022', '上海外国语大学附属外国语学校考点', '上海', 'running'],
  ['de-003', 'Goethe-Gymnasium Regensburg, Prüfungszentrum', 'Deutschland', 'connected'],
  ['xz-009', '拉萨中学考点', '西藏 拉萨', 'waiting'],
];

function siteRow([site, name, region, state]: (typeof SITES)[number], index: number): SiteRow {
  const running = state === 'running' || state === 'trouble';
  return {
    site,
    name,
    region,
    state,
    seen: state === 'waiting' ? null : NOW - (state === 'silent' ? 47 : 0.2 + index) * MINUTE,
    boxes: state === 'waiting' ? 0 : 1,
    running: running ? 1 : 0,
    candidates: running ? 1_486 : 0,
    signedIn: running ? 1_451 : 0,
    handedIn: running ? 12 : 0,
    events: state === 'waiting' ? 0 : 48_213,
    behind: state === 'silent' ? 9_120 : running ? 214 : 0,
    gaps: state === 'trouble' ? 1 : 0,
    forks: state === 'trouble' ? 1 : 0,
    alarms: state === 'trouble' ? 2 : 0,
    version: state === 'waiting' ? '' : '0.1.0',
  };
}

const FORKED = {
  code: 'ledger/forked',
  zh: '同一账本出现两段不同的历史',
  en: 'One ledger has come with two histories',
  doZh: '两段均已保留。请联系考点，核实服务器是否由旧备份恢复',
  doEn: 'Both are kept. Ask the site whether a box was restored from an old copy',
};
const FORGED = {
  code: 'batch/signature',
  zh: '批次签名无效',
  en: "The batch's signature is not valid",
  doZh: '批次已单独存放；请联系考点核实',
  doEn: 'It is put aside; ask the site about it',
};

function siteDetail(row: SiteRow, alarms: readonly AlarmRow[]): SiteDetail {
  const ledger = `${row.site}/bx_0000000000000001/1`;
  const enrolled = row.boxes > 0;
  return {
    ...row,
    report: enrolled
      ? {
          wall: NOW - MINUTE,
          version: '0.1.0',
          ledger,
          size: row.events,
          root: ROOT,
          acknowledged: row.events - row.behind,
          sessions: [
            {
              session: SESSION,
              name: '6 月 7 日上午',
              plannedStart: NOW - 90 * MINUTE,
              state: 'running',
              candidates: row.candidates,
              signedIn: row.signedIn,
              handedIn: row.handedIn,
            },
          ],
        }
      : null,
    boxRows: enrolled
      ? [
          {
            key: KEY,
            fingerprint: 'K7QF 20MX 9TRA 4ZPE W31H',
            box: id('bx', 1),
            ledger,
            enrolled: NOW - 20_000 * MINUTE,
            revoked: null,
          },
          {
            key: 'B'.repeat(43),
            fingerprint: '08GD M5KS TT2C 7VNA R6YB',
            box: id('bx', 2),
            ledger: `${row.site}/bx_0000000000000002/1`,
            enrolled: NOW - 90_000 * MINUTE,
            revoked: NOW - 30_000 * MINUTE,
          },
        ]
      : [],
    codeUntil: null,
    ledgers: enrolled
      ? [
          {
            ledger,
            branch: 0,
            fingerprint: 'K7QF 20MX 9TRA 4ZPE W31H',
            parent: null,
            size: 40_960,
            root: ROOT,
            beyond: row.gaps > 0 ? [{ first: 45_056, last: 47_103 }] : [],
            gaps: row.gaps > 0 ? [{ first: 40_960, last: 45_055 }] : [],
          },
          ...(row.forks > 0
            ? [
                {
                  ledger,
                  branch: 1,
                  fingerprint: 'K7QF 20MX 9TRA 4ZPE W31H',
                  parent: { ledger, branch: 0, size: 30_000 },
                  size: 30_412,
                  root: ROOT,
                  beyond: [],
                  gaps: [],
                },
              ]
            : []),
        ]
      : [],
    batches: enrolled
      ? [
          {
            batch: HASH,
            ledger,
            first: 36_864,
            last: 40_959,
            bytes: 412_337,
            way: 'line',
            state: 'taken',
            announced: NOW - 4 * MINUTE,
            taken: NOW - 4 * MINUTE,
            fault: null,
          },
          {
            batch: `${HASH.slice(2)}00`,
            ledger,
            first: 30_000,
            last: 30_411,
            bytes: 51_002,
            way: 'stick',
            state: 'refused',
            announced: NOW - 9 * MINUTE,
            taken: null,
            fault: { ...FORGED, detail: '' },
          },
        ]
      : [],
    openAlarms: alarms.filter(({ site, seen }) => site === row.site && seen === null),
    media: enrolled ? 1_502 : 0,
  };
}

const PAPER_A = id('pa', 1);
const PAPER_B = id('pa', 2);

function examDetail(): ExamDetail {
  return {
    exam: EXAM,
    name: '2026 年夏季普通高中学业水平考试',
    entries: 11_240,
    sites: { all: 6, unenrolled: 1, none: 1, outdated: 1, published: 1, fetched: 2 },
    subjects: [
      { code: 'SX', name: '数学', entries: 5_640, papers: 2 },
      { code: 'EN', name: '英语', entries: 5_600, papers: 0 },
    ],
    papers: [
      {
        paper: PAPER_A,
        subject: 'SX',
        label: '数学 A 卷',
        items: 40,
        bytes: 3_412_000,
        source: 'math-a.zip',
        added: NOW - 30_000 * MINUTE,
        usedBy: 1,
      },
      {
        paper: PAPER_B,
        subject: 'SX',
        label: '数学 B 卷',
        items: 40,
        bytes: 3_398_000,
        source: 'math-b.zip',
        added: NOW - 29_000 * MINUTE,
        usedBy: 0,
      },
    ],
    sessions: [
      {
        session: SESSION,
        name: '6 月 7 日上午',
        plannedStart: NOW - 90 * MINUTE,
        subjects: [{ code: 'SX', durationMs: 120 * MINUTE, papers: [{ version: 'A', paper: PAPER_A }] }],
        policy: {
          lateEntryMs: 15 * MINUTE,
          earliestSubmitMs: 30 * MINUTE,
          sharedAddress: 'refuse',
          pledgeZh: '',
          pledgeEn: '',
        },
        n: 2,
        m: 3,
        releaseAt: NOW + 30 * MINUTE,
        released: false,
        codesMade: null,
      },
    ],
  };
}

const STATES: readonly ExamSite['state'][] = [
  'fetched',
  'published',
  'outdated',
  'none',
  'fetched',
  'unenrolled',
];
const examSite = (row: SiteRow, index: number): ExamSite => {
  const state = STATES[index] ?? 'none';
  return {
    site: row.site,
    name: row.name,
    region: row.region,
    entries: 1_486 + index,
    state,
    latest:
      state === 'none' || state === 'unenrolled'
        ? null
        : {
            package: id('pk', index + 1),
            number: index + 1,
            kind: index === 1 ? 'addendum' : 'full',
            bytes: 7_340_000,
            made: NOW - 10_000 * MINUTE,
            officer: '王建国',
            fetched: state === 'fetched' ? NOW - 9_000 * MINUTE : null,
          },
  };
};

const PEOPLE = ['阿依古丽·吐尔逊江·买合木提', '欧阳雨桐', '李伟', 'Anna-Maria Schmidt von Hohenstein'];

function requests(): RequestRow[] {
  const base = {
    site: 'bj-014',
    siteName: '北京考点',
    exam: EXAM,
    examName: '2026 年夏季普通高中学业水平考试',
    asked: NOW - 12 * MINUTE,
    text: '',
    person: { name: PEOPLE[0] ?? '', ticket: '1101052026070117' },
    attempt: null,
    entry: null,
    before: null,
    state: 'asked' as const,
    by: null,
    decided: null,
    officer: null,
    answer: '',
  };
  const entry = {
    entry: id('en', 1),
    candidate: id('ca', 1),
    idNumber: '110105200801011234',
    ticket: '1101052026070118',
    name: PEOPLE[1] ?? '',
    gender: 'female' as const,
    school: '第一中学',
    subject: 'SX',
  };
  return [
    {
      ...base,
      request: REQUEST,
      kind: 'resit',
      reason: '考试机故障两次，考生要求重考',
      attempt: {
        attempt: ATTEMPT,
        state: 'handed-in',
        subject: '数学',
        submitted: NOW - 30 * MINUTE,
        revisions: 412,
        points: 61.5,
        maximum: 100,
      },
    },
    {
      ...base,
      request: id('rq', 2),
      kind: 'addendum',
      reason: '身份证号录入有误',
      person: { name: PEOPLE[1] ?? '', ticket: '1101052026070118' },
      entry,
      before: { ...entry, idNumber: '110105200801011235' },
    },
    {
      ...base,
      request: id('rq', 3),
      kind: 'late-change',
      reason: '道路积水',
      person: null,
      text: '请允许本场推迟 30 分钟开始。',
      state: 'granted',
      by: 'headquarters',
      decided: NOW - 5 * MINUTE,
      officer: '王建国',
      answer: '同意推迟 30 分钟',
    },
  ];
}

function results(): ResultRow[] {
  return Array.from({ length: 240 }, (_, index): ResultRow => {
    const state =
      index === 3 ? 'superseded' : index % 40 === 7 ? 'writing' : index % 9 === 0 ? 'timed-up' : 'handed-in';
    return {
      attempt: id('at', index + 1),
      site: 'bj-014',
      siteName: '北京考点',
      session: SESSION,
      sessionName: '6 月 7 日上午',
      subject: 'SX',
      name: PEOPLE[index % PEOPLE.length] ?? '',
      ticket: String(1_101_052_026_070_000 + index),
      room: '03',
      seat: String((index % 40) + 1).padStart(2, '0'),
      state,
      submitted: state === 'writing' ? null : NOW - (index % 50) * MINUTE,
      points: state === 'writing' ? null : (index * 37) % 100.5,
      maximum: state === 'writing' ? null : 100,
      marker: index % 5 === 0 ? 2 : 0,
      anomalies: index === 0 ? ['late-changes'] : [],
      faults: index === 2 ? 1 : 0,
    };
  });
}

export interface FakeState {
  /** Nobody has been made officer yet. */
  fresh: boolean;
  me: Answer<'GET /api/v1/officer/me'> | null;
  sites: SiteRow[];
  exams: ExamDetail[];
  examSites: ExamSite[];
  alarms: AlarmRow[];
  requests: RequestRow[];
  results: ResultRow[];
  officers: Answer<'GET /api/v1/officer/officers'>;
  staff: Answer<'GET /api/v1/officer/sites/:site/staff'>;
}

export const rightsOf = (role: OfficerRole) =>
  Object.entries(OFFICER_RIGHTS).flatMap(([right, roles]) =>
    (roles as readonly OfficerRole[]).includes(role) ? [right] : [],
  );

export function me(role: OfficerRole): Answer<'GET /api/v1/officer/me'> {
  return {
    officer: id('of', 1),
    login: role,
    name: '王建国',
    role,
    rights: rightsOf(role),
    hq: '省教育考试院',
    version: '0.1.0',
  };
}

/** `empty`: somebody is signed in and nothing is there yet. `setup`: not even an officer. */
export function makeState(scenario: 'busy' | 'empty' | 'setup', role: OfficerRole = 'director'): FakeState {
  const busy = scenario === 'busy';
  const sites = busy ? SITES.map(siteRow) : [];
  const alarm = (n: number, words: typeof FORGED, detail: string): AlarmRow => ({
    alarm: n,
    site: 'gz-001',
    siteName: '广州市第一中学考点',
    ...words,
    detail,
    at: NOW - n * 7 * MINUTE,
    seen: null,
    seenBy: null,
  });
  return {
    fresh: scenario === 'setup',
    me: scenario === 'setup' ? null : me(role),
    sites,
    exams: busy ? [examDetail()] : [],
    examSites: sites.map(examSite),
    alarms: busy
      ? [alarm(2, FORKED, 'gz-001/bx_0000000000000001/1 · 30,000'), alarm(1, FORGED, '30,000–30,411')]
      : [],
    requests: busy ? requests() : [],
    results: busy ? results() : [],
    officers: [
      { officer: id('of', 1), login: 'director', name: '王建国', role: 'director', active: true },
      ...(busy
        ? [{ officer: id('of', 2), login: 'li', name: '李秀英', role: 'auditor' as const, active: false }]
        : []),
    ],
    staff: busy ? [{ staff: id('st', 1), login: 'zhao', name: '赵主考', role: 'chief', password: true }] : [],
  };
}

export function detailOf(state: FakeState, site: string): SiteDetail | null {
  const row = state.sites.find((one) => one.site === site);
  return row ? siteDetail(row, state.alarms) : null;
}

export function attemptDetail(row: ResultRow): Answer<'GET /api/v1/officer/attempts/:attempt'> {
  return {
    ...row,
    exam: EXAM,
    examName: '2026 年夏季普通高中学业水平考试',
    idTail: '1234',
    school: '第一中学',
    paper: PAPER_A,
    paperLabel: '数学 A 卷',
    items: [
      {
        item: 'Q1',
        answers: [{ response: 'RESPONSE', value: 'B' }],
        score: 5,
        maximum: 5,
        state: 'scored',
        detail: '',
      },
      {
        item: 'Q2',
        answers: [
          { response: 'GAP1', value: '3.14' },
          { response: 'GAP2', value: '√2' },
        ],
        score: 2.5,
        maximum: 5,
        state: 'scored',
        detail: '',
      },
      { item: 'Q3', answers: [], score: 0, maximum: 5, state: 'unanswered', detail: '' },
      {
        item: 'Q4',
        answers: [{ response: 'RESPONSE', value: '由题意可知，设 x 为……\n所以 x = 2。' }],
        score: null,
        maximum: 15,
        state: 'needs-marker',
        detail: '',
      },
      {
        item: 'Q5',
        answers: [{ response: 'RESPONSE', value: '7' }],
        score: null,
        maximum: 5,
        state: 'failed',
        detail: 'score/random · rules[2]',
      },
    ],
    anomalyRows: [
      {
        code: 'late-changes',
        zh: '结束前大量修改答案',
        en: 'Many answers changed at the end',
        detail: '18 / 5 min',
      },
    ],
    proof: {
      revisions: 412,
      digest: 'p9wM3lq7Zr6c1Yh0sXo2Kb8vTnUeAfJdGiLQzV5tHmE',
      agrees: true,
      faultRows: [],
      judged: NOW - 2 * MINUTE,
    },
  };
}
