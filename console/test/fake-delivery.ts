/** What the fake box knows of headquarters, and what it answers about it. */
import type { DeliveryCalls } from '#protocol/delivery.calls.ts';
import type {
  HqState,
  PackagePreview,
  PackagesState,
  PurgeState,
  ReleaseState,
  RequestRow,
} from '#protocol/delivery.ts';
import { type FakeState, MINUTE, WALL } from './fake-data.ts';
import { FakeFile, FakeRefusal, type FakeRequest } from './fake-request.ts';

export interface FakeDelivery {
  hq: HqState;
  batches: DeliveryCalls['GET /api/v1/console/hq/batches']['answer'];
  packages: PackagesState;
  preview: PackagePreview | null;
  release: ReleaseState['release'];
  requests: RequestRow[];
  purge: Omit<PurgeState, 'session'>;
}

const ROOT = `${'Zm9yIHRlc3RzIG9ubHk'.padEnd(43, 'A')}=`;

export const noDelivery = (): FakeDelivery => ({
  hq: {
    connection: null,
    ledger: 'XZ01/bx_0000000000000001/1',
    size: 12_480,
    root: ROOT,
    underway: 0,
    acknowledged: 0,
    acknowledgedRoot: '',
    standing: null,
    agrees: null,
    gaps: [],
    media: { here: 31, acknowledged: 0 },
    lastTry: null,
    lastSuccess: null,
    nextTry: null,
    fault: null,
    syncing: false,
  },
  batches: [],
  packages: { offers: [], taken: [], fetching: null, preview: null },
  preview: null,
  release: null,
  requests: [],
  purge: {
    from: null,
    hold: 'purge/no-headquarters',
    days: 180,
    photos: 12,
    uploads: 4,
    materials: 2,
    registered: 30,
    reports: 9,
    attempts: 48,
    answers: 9_300,
    asked: null,
    done: null,
    finishing: false,
  },
});

/** Connected, with something under way and a request of each kind. */
export function addDelivery(state: FakeState): void {
  const { delivery } = state;
  delivery.hq = {
    ...delivery.hq,
    connection: {
      url: 'https://hq.example.org',
      site: '5401-001',
      name: '自治区教育考试院',
      fingerprint: '7K2M-Q4XC-0PHT-9ZEB-3VDA',
      since: WALL - 3 * 24 * 60 * MINUTE,
    },
    underway: 1_204,
    acknowledged: 11_276,
    acknowledgedRoot: ROOT,
    standing: { ledger: delivery.hq.ledger, branch: 0, size: 11_276, root: ROOT, beyond: [] },
    agrees: true,
    media: { here: 31, acknowledged: 28 },
    lastTry: WALL - MINUTE,
    lastSuccess: WALL - MINUTE,
    nextTry: WALL + MINUTE,
  };
  delivery.batches = [1, 2, 3].map((n) => ({
    batch: String(n).repeat(64),
    ledger: delivery.hq.ledger,
    first: (3 - n) * 4_096,
    last: (4 - n) * 4_096 - 1,
    root: ROOT,
    bytes: 210_000 + n * 1_000,
    made: WALL - n * 10 * MINUTE,
    state: n === 1 ? 'ready' : 'taken',
    taken: n === 1 ? null : WALL - n * 9 * MINUTE,
    code: null,
  }));
  const [exam] = state.exams;
  addPackages(state);
  delivery.requests = [
    {
      request: 'rq_0000000000000001',
      kind: 'addendum',
      exam: exam?.exam ?? '',
      reason: '名单上姓名有误，证件已核对',
      asked: WALL - 20 * MINUTE,
      staff: state.staff[0]?.staff ?? '',
      attempt: null,
      person: { name: '买买提·艾力', ticket: '260607000114' },
      entry: null,
      text: '',
      state: 'asked',
      decided: null,
      by: null,
      answer: '',
    },
    {
      request: 'rq_0000000000000002',
      kind: 'resit',
      exam: exam?.exam ?? '',
      reason: '考试中突发疾病',
      asked: WALL - 90 * MINUTE,
      staff: state.staff[0]?.staff ?? '',
      attempt: null,
      person: { name: '欧阳雨桐', ticket: '260607000117' },
      entry: null,
      text: '',
      state: 'granted',
      decided: WALL - 60 * MINUTE,
      by: 'headquarters',
      answer: '同意安排补考',
    },
  ];
}

/** One package taken, one that waits to be confirmed, one that can be fetched; a session that waits for its release. */
function addPackages({ delivery, exams, staff }: FakeState): void {
  const [exam] = exams;
  const offer = {
    package: 'pk_0000000000000002',
    exam: exam?.exam ?? '',
    number: 2,
    kind: 'full',
    bytes: 84_300_000,
    sha256: 'b'.repeat(64),
    made: WALL - 3 * 60 * MINUTE,
  } as const;
  delivery.preview = {
    token: 'token',
    package: offer.package,
    number: 2,
    kind: 'full',
    exam: { exam: offer.exam, name: exam?.name ?? '' },
    made: offer.made,
    changes: [
      {
        what: 'entry',
        how: 'changed',
        name: '阿依古丽·吐尔逊江·买合木提 (260607000115)',
        fields: [
          { field: 'name', before: '阿依古丽·吐尔逊', after: '阿依古丽·吐尔逊江·买合木提' },
          { field: 'school', before: '', after: '第二中学' },
        ],
      },
      { what: 'entry', how: 'removed', name: '欧阳雨桐 (260607000117)', fields: [] },
      { what: 'entry', how: 'added', name: '买买提·艾力 (260607000114)', fields: [] },
      {
        what: 'entry',
        how: 'added',
        name: '',
        fields: [{ field: 'more', before: '', after: '1204' }],
      },
      {
        what: 'session',
        how: 'changed',
        name: '上午',
        fields: [
          { field: 'plannedStart', before: String(WALL), after: String(WALL + 30 * MINUTE) },
          { field: 'lateEntryMs', before: '0', after: String(15 * MINUTE) },
          { field: 'codes', before: '', after: '2/3' },
        ],
      },
      { what: 'paper', how: 'added', name: '语文 A 卷 (0101)', fields: [] },
      {
        what: 'staff',
        how: 'changed',
        name: 'Wang (wang)',
        fields: [{ field: 'kept', before: '王建国 (wang)', after: 'Wang (wang)' }],
      },
    ],
    counts: { entries: 1_306, sessions: 2, papers: 4, staff: 12, bytes: offer.bytes },
  };
  delivery.packages = {
    offers: [offer],
    taken: [
      {
        package: 'pk_0000000000000001',
        exam: offer.exam,
        number: 1,
        kind: 'full',
        wall: WALL - 24 * 60 * MINUTE,
        way: 'stick',
      },
    ],
    fetching: null,
    preview: delivery.preview,
  };
  delivery.release = {
    n: 2,
    m: 3,
    taken: [{ staff: staff[1]?.staff ?? '', name: staff[1]?.name ?? '', index: 7 }],
    until: 2 * 60 * MINUTE,
    received: false,
    way: null,
  };
}

export function deliveryCalls(state: FakeState): {
  [K in keyof DeliveryCalls]: (request: FakeRequest) => DeliveryCalls[K]['answer'];
} {
  const { delivery } = state;
  const release = ({ params }: FakeRequest): ReleaseState => ({
    session: params['session'] ?? '',
    release: delivery.release,
  });
  const purge = ({ params }: FakeRequest): PurgeState => ({
    session: params['session'] ?? '',
    ...delivery.purge,
  });
  const preview = () => {
    if (!delivery.preview) throw new FakeRefusal('thing/not-found');
    return delivery.preview;
  };
  return {
    'GET /api/v1/console/hq': () => delivery.hq,
    'POST /api/v1/console/hq': () => {
      addDelivery(state);
      return delivery.hq;
    },
    'POST /api/v1/console/hq/disconnect': () => {
      delivery.hq.connection = null;
      return delivery.hq;
    },
    'POST /api/v1/console/hq/sync': () => {
      delivery.hq.syncing = true;
      return delivery.hq;
    },
    'GET /api/v1/console/hq/batches': () => delivery.batches,
    'POST /api/v1/console/hq/courier': () => new FakeFile('application/octet-stream', Buffer.from('courier')),
    'POST /api/v1/console/hq/receipts': () => ({ taken: 3, refused: 0 }),
    'GET /api/v1/console/packages': () => delivery.packages,
    'POST /api/v1/console/packages/fetch': preview,
    'POST /api/v1/console/packages/file': preview,
    'POST /api/v1/console/packages/confirm': () => {
      delivery.preview = null;
      delivery.packages.preview = null;
      return delivery.packages;
    },
    'GET /api/v1/console/sessions/:session/release': release,
    'POST /api/v1/console/sessions/:session/release/codes': (request) => {
      const open = delivery.release;
      const { staff } = request;
      if (!open || !staff) throw new FakeRefusal('release/none');
      if (open.taken.some((one) => one.staff === staff.staff)) throw new FakeRefusal('release/officer');
      open.taken.push({ staff: staff.staff, name: staff.name, index: open.taken.length + 1 });
      if (open.taken.length >= open.n)
        Object.assign(open, { received: true, way: 'codes', taken: [], until: null });
      return release(request);
    },
    'POST /api/v1/console/sessions/:session/release/forget': (request) => {
      if (delivery.release) Object.assign(delivery.release, { taken: [], until: null });
      return release(request);
    },
    'POST /api/v1/console/sessions/:session/release/fetch': release,
    'GET /api/v1/console/requests': () => delivery.requests,
    'POST /api/v1/console/requests': ({ body, staff }) => {
      const made: RequestRow = {
        request: `rq_000000000000000${delivery.requests.length + 1}`,
        kind: body.kind,
        exam: body.exam,
        reason: body.reason,
        asked: WALL,
        staff: staff?.staff ?? '',
        attempt: null,
        person: body.entry ? { name: body.entry.name, ticket: body.entry.ticket } : null,
        entry: null,
        text: body.text ?? '',
        state: 'asked',
        decided: null,
        by: null,
        answer: '',
      };
      delivery.requests.unshift(made);
      return made;
    },
    'POST /api/v1/console/requests/:request/decide': ({ params, body }) => {
      const asked = delivery.requests.find(({ request }) => request === params['request']);
      if (!asked) throw new FakeRefusal('thing/not-found');
      return Object.assign(asked, {
        state: body.granted ? 'granted' : 'refused',
        by: 'chief',
        answer: body.reason,
        decided: WALL,
      });
    },
    'GET /api/v1/console/sessions/:session/purge': purge,
    'POST /api/v1/console/sessions/:session/purge': (request) => {
      const { staff } = request;
      delivery.purge.asked = {
        purge: 'pu_0000000000000001',
        staff: staff?.staff ?? '',
        name: staff?.name ?? '',
        wall: WALL,
        reason: request.body.reason,
      };
      return purge(request);
    },
    'POST /api/v1/console/sessions/:session/purge/confirm': (request) => {
      const { asked } = delivery.purge;
      if (!asked) throw new FakeRefusal('purge/none-asked');
      if (asked.staff === request.staff?.staff) throw new FakeRefusal('purge/same-person');
      Object.assign(delivery.purge, {
        ...{ photos: 0, uploads: 0, materials: 0, registered: 0, reports: 0, attempts: 0, answers: 0 },
        asked: null,
        done: { wall: WALL, files: 57, attempts: 48 },
      });
      return purge(request);
    },
  };
}
