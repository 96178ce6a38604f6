/** What the fake headquarters answers to each call; enough state that what was done is seen afterwards. */
import type { OfficerCallKey, OfficerCalls } from '#protocol/hq.calls.ts';
import {
  type Answer,
  attemptDetail,
  detailOf,
  EXAM,
  type ExamDetail,
  type FakeState,
  me,
  NOW,
  type SiteRow,
} from './fake-data.ts';
import { FakeFile, FakeRefusal } from './fake-refusal.ts';

export interface FakeRequest<K extends OfficerCallKey> {
  params: Record<string, string>;
  query: OfficerCalls[K] extends { query: infer Q } ? Q : Record<string, never>;
  body: OfficerCalls[K] extends { body: infer B } ? B : unknown;
}
type Handlers = {
  [K in OfficerCallKey]: (
    request: FakeRequest<K>,
  ) => OfficerCalls[K] extends { answer: infer A } ? A : FakeFile;
};

/** A page of a list; `after` is the index to go on from. */
function page<R>(rows: readonly R[], { limit = 100, after = '0' }: { limit?: number; after?: string }) {
  const from = Number(after);
  const to = from + limit;
  return { rows: rows.slice(from, to), next: to < rows.length ? String(to) : null };
}
const found = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new FakeRefusal('request/not-found');
  return value;
};
const has = (text: string, query = '') => text.toLowerCase().includes(query.toLowerCase());

const ORDER: readonly SiteRow['state'][] = ['trouble', 'silent', 'running', 'connected', 'waiting'];

function sorted(rows: readonly SiteRow[], sort = 'state'): SiteRow[] {
  const key = sort.replace('-', '');
  const by = (row: SiteRow): string | number =>
    key === 'state' ? ORDER.indexOf(row.state) : key === 'behind' ? row.behind : row.site;
  const order = [...rows].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
  return sort.startsWith('-') ? order.reverse() : order;
}

const FAULT = {
  severity: 'error' as const,
  code: 'roster/ticket-missing',
  zh: '没有准考证号',
  en: 'The ticket number is missing',
  doZh: '在名单中补上准考证号后重新导入',
  doEn: 'Add the ticket number to the list and import it again',
  line: 3,
  field: 'ticket',
};

export function handlersOf(state: FakeState): Handlers {
  const exam = (id: string): ExamDetail => found(state.exams.find((one) => one.exam === id));
  const session = (id: string) =>
    found(state.exams.flatMap(({ sessions }) => sessions).find((one) => one.session === id));
  const siteOf = (site: string) => found(detailOf(state, site));
  const counts = () => {
    const count = (word: SiteRow['state']) => state.sites.filter((row) => row.state === word).length;
    return {
      all: state.sites.length,
      trouble: count('trouble'),
      silent: count('silent'),
      running: count('running'),
      connected: count('connected'),
      waiting: count('waiting'),
    };
  };
  return {
    'GET /api/v1/officer/setup': () => ({ needed: state.fresh, name: '省教育考试院' }),
    'POST /api/v1/officer/setup': ({ body }) => {
      if (body.code !== 'RIGHT-CODE') throw new FakeRefusal('hq/setup-code');
      state.fresh = false;
      return null;
    },
    'POST /api/v1/officer/sign-in': ({ body }) => {
      if (body.password !== 'correct-horse') throw new FakeRefusal('auth/failed');
      state.me = me('director');
      return state.me;
    },
    'POST /api/v1/officer/sign-out': () => {
      state.me = null;
      return null;
    },
    'GET /api/v1/officer/me': () => {
      if (!state.me) throw new FakeRefusal('auth/required');
      return state.me;
    },
    'GET /api/v1/officer/officers': () => state.officers,
    'POST /api/v1/officer/officers': ({ body: { login, name, role } }) => {
      const officer = { officer: 'of_0000000000000009', login, name, role, active: true };
      state.officers.push(officer);
      return officer;
    },
    'PUT /api/v1/officer/officers/:officer': ({ params, body: { name, role, active } }) =>
      Object.assign(found(state.officers.find(({ officer }) => officer === params.officer)), {
        name,
        role,
        active,
      }),

    'GET /api/v1/officer/sites': ({ query }) => {
      const rows = state.sites.filter(
        (row) =>
          (query.state === undefined || row.state === query.state) &&
          has(`${row.site} ${row.name} ${row.region}`, query.query),
      );
      return { now: NOW, counts: counts(), total: rows.length, ...page(sorted(rows, query.sort), query) };
    },
    'POST /api/v1/officer/sites': ({ body }) => {
      if (state.sites.some(({ site }) => site === body.site)) throw new FakeRefusal('hq/site-taken');
      state.sites.push({
        ...body,
        state: 'waiting',
        seen: null,
        boxes: 0,
        running: 0,
        candidates: 0,
        signedIn: 0,
        handedIn: 0,
        events: 0,
        behind: 0,
        gaps: 0,
        forks: 0,
        alarms: 0,
        version: '',
      });
      return siteOf(body.site);
    },
    'GET /api/v1/officer/sites/:site': ({ params }) => siteOf(params.site ?? ''),
    'PUT /api/v1/officer/sites/:site': ({ params, body }) => {
      Object.assign(found(state.sites.find(({ site }) => site === params.site)), body);
      return siteOf(params.site ?? '');
    },
    'POST /api/v1/officer/sites/:site/enrolment-code': () => ({
      code: '7KQF M20X 9TRA ZPE4 W31H 08GD M5KS TT2C VN',
      expires: NOW + 86_400_000,
    }),
    'POST /api/v1/officer/sites/:site/revoke': ({ params }) => {
      const site = siteOf(params.site ?? '');
      return { ...site, boxRows: site.boxRows.map((row) => ({ ...row, revoked: row.revoked ?? NOW })) };
    },
    'GET /api/v1/officer/sites/:site/staff': () => state.staff,
    'PUT /api/v1/officer/sites/:site/staff': ({ body }) => {
      state.staff = body.staff.map(({ staff, login, name, role, password }, index) => ({
        staff: staff ?? `st_${String(index + 50).padStart(16, '0')}`,
        login,
        name,
        role,
        password: password !== undefined,
      }));
      return state.staff;
    },

    'GET /api/v1/officer/exams': () =>
      state.exams.map((row) => ({
        exam: row.exam,
        name: row.name,
        subjects: row.subjects.length,
        entries: row.entries,
        sites: row.sites.all,
        papers: row.papers.length,
        sessions: row.sessions.length,
      })),
    'POST /api/v1/officer/exams': ({ body }) => {
      const made: ExamDetail = {
        exam: EXAM,
        name: body.name,
        entries: 0,
        sites: { all: 0, unenrolled: 0, none: 0, outdated: 0, published: 0, fetched: 0 },
        subjects: body.subjects.map((subject) => ({ ...subject, entries: 0, papers: 0 })),
        papers: [],
        sessions: [],
      };
      state.exams.push(made);
      return made;
    },
    'GET /api/v1/officer/exams/:exam': ({ params }) => exam(params.exam ?? ''),
    'POST /api/v1/officer/exams/:exam/sites/:site/roster': ({ query }) => ({
      file: query.file,
      encoding: 'gb18030',
      sheet: null,
      sheets: [],
      headerLine: 1,
      headers: ['准考证号', '姓名', '身份证号', '科目代码'],
      mapping: {
        ticket: 0,
        name: 1,
        idNumber: 2,
        subjectCode: 3,
        subjectName: null,
        gender: null,
        school: null,
      },
      sample: [['1101052026070117', '欧阳雨桐', '110105200801011234', 'SX']],
      counts: { rows: 1_486, new: 1_480, changed: 6, unchanged: 0, candidates: 1_486 },
      faults: query.file.startsWith('bad') ? [FAULT] : [],
      ok: !query.file.startsWith('bad'),
      done: query.confirm === true,
    }),
    'POST /api/v1/officer/exams/:exam/papers': ({ query }) =>
      query.file.startsWith('bad')
        ? {
            paper: null,
            faults: [{ ...FAULT, item: 'Q7', file: 'items/q7.xml', code: 'qti/pci' }],
            missingGlyphs: ['𡋾'],
          }
        : {
            paper: {
              paper: 'pa_0000000000000009',
              subject: query.subject,
              label: query.label,
              items: 40,
              bytes: 9_000,
              source: query.file,
              added: NOW,
              usedBy: 0,
            },
            faults: [],
            missingGlyphs: [],
          },
    'DELETE /api/v1/officer/papers/:paper': ({ params }) => {
      for (const row of state.exams) row.papers = row.papers.filter(({ paper }) => paper !== params.paper);
      return null;
    },
    'POST /api/v1/officer/exams/:exam/sessions': ({ params, body }) => {
      const row = { ...body, session: 'se_0000000000000009', released: false, codesMade: null };
      exam(params.exam ?? '').sessions.push(row);
      return row;
    },
    'PUT /api/v1/officer/sessions/:session': ({ params, body }) =>
      Object.assign(session(params.session ?? ''), body),
    'POST /api/v1/officer/exams/:exam/packages': ({ body }) => {
      const sites = body.sites === 'all' ? state.sites.map(({ site }) => site) : body.sites;
      const open = sites.filter((site) => site !== 'xz-009');
      return {
        made: open.map((site) => ({ site, package: 'pk_0000000000000009', number: 9 })),
        refused: sites
          .filter((site) => site === 'xz-009')
          .map((site) => ({
            site,
            name: '拉萨中学考点',
            code: 'package/no-box',
            zh: '该考点没有已接入的服务器，无法为其加密',
            en: 'The site has no enrolled box to seal it for',
            doZh: '请先让考点接入',
            doEn: 'Have the site enrol first',
            detail: '',
          })),
      };
    },
    'GET /api/v1/officer/exams/:exam/packages': ({ query }) => {
      const rows = state.examSites.filter(
        (row) =>
          (query.state === undefined || row.state === query.state) &&
          has(`${row.site} ${row.name}`, query.query),
      );
      return { total: rows.length, ...page(rows, query) };
    },
    'GET /api/v1/officer/packages/:package/file': () => new FakeFile('application/octet-stream', 'package'),
    'POST /api/v1/officer/sessions/:session/codes': ({ params }) => {
      session(params.session ?? '').codesMade = NOW;
      return new FakeFile('application/pdf', '%PDF-1.7');
    },
    'POST /api/v1/officer/sessions/:session/release': ({ params }) =>
      Object.assign(session(params.session ?? ''), { released: true, releaseAt: NOW }),

    'GET /api/v1/officer/requests': ({ query }) => {
      const rows = state.requests.filter(
        (row) =>
          (query.state === undefined || row.state === query.state) &&
          has(`${row.siteName} ${row.person?.name ?? ''}`, query.query),
      );
      return { open: state.requests.filter((row) => row.state === 'asked').length, ...page(rows, query) };
    },
    'POST /api/v1/officer/requests/:request/decision': ({ params, body }) =>
      Object.assign(found(state.requests.find(({ request }) => request === params.request)), {
        state: body.granted ? 'granted' : 'refused',
        by: 'headquarters',
        decided: NOW,
        officer: '王建国',
        answer: body.reason,
      }),
    'GET /api/v1/officer/alarms': ({ query }) => {
      const open = state.alarms.filter(({ seen }) => seen === null);
      return { open: open.length, ...page(query.all ? state.alarms : open, query) };
    },
    'POST /api/v1/officer/alarms/:alarm/seen': ({ params }) =>
      Object.assign(found(state.alarms.find(({ alarm }) => String(alarm) === params.alarm)), {
        seen: NOW,
        seenBy: '王建国',
      }),
    'POST /api/v1/officer/courier': () => {
      const key = { site: 'bj-014', ledger: 'bj-014/bx_0000000000000001/1', root: `${'q'.repeat(43)}=` };
      const fault = {
        code: 'batch/signature',
        zh: '批次签名无效',
        en: "The batch's signature is not valid",
        doZh: '批次已单独存放；请联系考点核实',
        doEn: 'It is put aside; ask the site about it',
        detail: '',
      };
      const refused = { ...key, first: 8_192, last: 9_000 };
      return {
        site: 'bj-014',
        siteName: '北京考点',
        batches: [
          { ...key, first: 0, last: 4_095, state: 'taken', again: true, fault: null },
          { ...key, first: 4_096, last: 8_191, state: 'taken', again: false, fault: null },
          { ...refused, state: 'refused', again: false, fault },
        ],
        receipts: {
          format: 'gongyuan-receipts/1',
          site: 'bj-014',
          receipts: [{ text: '{}', signature: 's'.repeat(86) }],
          refused: [{ batch: refused, code: fault.code, detail: '' }],
        },
      };
    },

    'GET /api/v1/officer/exams/:exam/results': ({ query }) => {
      const rows = state.results.filter(
        (row) =>
          has(`${row.name} ${row.ticket}`, query.query) &&
          (query.subject === undefined || row.subject === query.subject) &&
          (query.only !== 'faults' || row.faults > 0) &&
          (query.only !== 'marker' || row.marker > 0),
      );
      return { total: rows.length, distribution: distributionOf(state), ...page(rows, query) };
    },
    'GET /api/v1/officer/exams/:exam/anomalies': ({ query }) => {
      const words = { code: 'late-changes', zh: '结束前大量修改答案', en: 'Many answers changed at the end' };
      const rows = state.results.filter(({ anomalies }) => anomalies.length > 0);
      return {
        counts: rows.length > 0 ? [{ ...words, count: rows.length }] : [],
        ...page(
          rows.map(({ attempt, site, siteName, session: of, subject, name, ticket, points, maximum }) => ({
            ...{ attempt, site, siteName, session: of, subject, name, ticket, points, maximum },
            ...words,
            detail: '18 / 5 min',
          })),
          query,
        ),
      };
    },
    'GET /api/v1/officer/attempts/:attempt': ({ params }) =>
      attemptDetail(found(state.results.find(({ attempt }) => attempt === params.attempt))),
    'GET /api/v1/officer/exams/:exam/exports/:format': () => new FakeFile('text/csv', 'name,points\r\n'),
  };
}

function distributionOf(state: FakeState): Answer<'GET /api/v1/officer/exams/:exam/results'>['distribution'] {
  if (state.results.length === 0) return [];
  return [
    {
      subject: 'SX',
      name: '数学',
      attempts: 240,
      scored: 232,
      maximum: 100,
      mean: 58.375,
      median: 60,
      lowest: 0,
      highest: 98.5,
      tenths: [3, 5, 11, 18, 30, 44, 52, 41, 20, 8],
    },
  ];
}
