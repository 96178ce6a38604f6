/** What the fake box knows of incidents, photos, material, reports and printers, and what it answers about them. */
import { createHash } from 'node:crypto';
import type { EvidenceCalls } from '#protocol/evidence.calls.ts';
import {
  type IncidentPerson,
  type IncidentRow,
  type MaterialRow,
  PANORAMA_AFTER_MS,
  type PhotoRow,
} from '#protocol/evidence.ts';
import { type PrinterRow, REPORT_KINDS, type ReportRow } from '#protocol/reports.ts';
import { type FakeSession, type FakeState, MINUTE, WALL } from './fake-data.ts';
import { candidateOf } from './fake-people.ts';
import { onePage, portrait, roomPicture } from './fake-pictures.ts';
import { FakeFile, FakeRefusal, type FakeRequest } from './fake-request.ts';
import { FakeUploads } from './fake-uploads.ts';

export interface FakeEvidence {
  incidents: IncidentRow[];
  photos: PhotoRow[];
  materials: MaterialRow[];
  reports: ReportRow[];
  printers: PrinterRow[];
  uploads: FakeUploads;
  /** What the next report fails with. */
  nextReport: FakeRefusal | null;
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex');
const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Who a candidate looks like; one in seven has no photo, as in life. */
export function faceOf(candidate: string): number | null {
  const seed = Number.parseInt(hex(candidate).slice(0, 4), 16);
  return seed % 7 === 0 ? null : seed;
}

export const noEvidence = (): FakeEvidence => ({
  incidents: [],
  photos: [],
  materials: [],
  reports: [],
  printers: [],
  uploads: new FakeUploads(),
  nextReport: null,
});

export function peopleOf(session: FakeSession, entries: readonly string[]): IncidentPerson[] {
  return entries.flatMap((entry) => {
    const seat = session.seats.find((one) => one.entry === entry);
    return seat ? [{ entry, name: seat.name, ticket: seat.ticket, seat: seat.seat }] : [];
  });
}

function photoRow(
  state: FakeState,
  session: FakeSession,
  given: Pick<PhotoRow, 'purpose' | 'room' | 'incident' | 'way' | 'text'> & {
    people: { entry: string; x?: number; y?: number }[];
  },
  staffName: string,
  storedWall: number,
): PhotoRow {
  const photo = state.id('ph');
  return {
    ...given,
    photo,
    session: session.row.session,
    takenWall: storedWall - 20_000,
    storedWall,
    staffName,
    width: 1600,
    height: 1200,
    sha256: hex(photo),
    people: given.people.map(({ entry, x, y }) => ({
      entry,
      name: peopleOf(session, [entry])[0]?.name ?? '',
      seat: peopleOf(session, [entry])[0]?.seat ?? null,
      x: x ?? null,
      y: y ?? null,
    })),
  };
}

function reportRow(
  state: FakeState,
  session: string,
  kind: ReportRow['kind'],
  change: Partial<ReportRow>,
): ReportRow {
  const report = state.id('rp');
  const { zh } = REPORT_KINDS[kind];
  return {
    report,
    kind,
    lang: 'zh-CN',
    title: zh,
    session,
    room: null,
    attempt: null,
    incident: null,
    copy: 1,
    purpose: '',
    madeWall: WALL,
    requester: '周敏',
    pages: 1,
    bytes: 84_000,
    sha256: hex(report),
    digest: digest(report),
    prints: 0,
    ...change,
  };
}

/** Somebody with a registered photo whose PC took a portrait; at the door it had been tried before. */
function portraitsOf(state: FakeState, session: FakeSession, room: string): PhotoRow[] {
  const entry = session.seats.find(
    (one) => one.room === room && faceOf(candidateOf(one.entry)) !== null,
  )?.entry;
  if (!entry) return [];
  const given = { purpose: 'portrait', room, incident: null, text: '' } as const;
  return [
    photoRow(state, session, { ...given, way: 'camera', people: [{ entry }] }, '', WALL - 40 * MINUTE),
    photoRow(state, session, { ...given, way: 'file', people: [{ entry }] }, '林小燕', WALL - 50 * MINUTE),
  ];
}

/** The morning's session after half an hour: three incidents, two photos, some paper. */
export function addEvidence(state: FakeState, session: FakeSession): void {
  const { evidence } = state;
  const [first, second] = state.rooms;
  if (!first || !second) return;
  const at = (room: string, seat: string) =>
    session.seats.filter((one) => one.room === room && one.seat === seat).map(({ entry }) => entry);
  const incident = (
    change: Partial<IncidentRow> & Pick<IncidentRow, 'reason'>,
    minutes: number,
  ): IncidentRow => ({
    incident: state.id('ic'),
    session: session.row.session,
    room: first.room,
    roomName: first.name,
    text: '',
    happenedWall: WALL - minutes * MINUTE,
    recordedWall: WALL - (minutes - 1) * MINUTE,
    staffName: '林小燕',
    people: [],
    photos: [],
    notes: [],
    outcome: null,
    ...change,
  });
  const phone = incident(
    {
      reason: 'contraband',
      text: '桌内发现手机一部，已关机，由监考员封存。',
      people: peopleOf(session, at(first.room, '12')),
      notes: [{ text: '主考到场，考生确认手机为本人所有。', wall: WALL - 6 * MINUTE, staffName: '郑国强' }],
    },
    12,
  );
  const taken = photoRow(
    state,
    session,
    {
      purpose: 'incident',
      room: first.room,
      incident: phone.incident,
      way: 'camera',
      text: '桌内手机',
      people: at(first.room, '12').map((entry) => ({ entry, x: 430, y: 610 })),
    },
    '林小燕',
    WALL - 10 * MINUTE,
  );
  phone.photos = [taken];
  evidence.incidents = [
    phone,
    incident(
      { reason: 'machine-fault', text: '键盘部分按键失灵', people: peopleOf(session, at(first.room, '05')) },
      20,
    ),
    incident(
      {
        reason: 'illness',
        room: second.room,
        roomName: second.name,
        text: '流鼻血，校医处理后继续考试。',
        people: peopleOf(session, at(second.room, '03')),
        outcome: '已处理，补时 5 分钟',
      },
      25,
    ),
  ];
  evidence.photos = [
    taken,
    photoRow(
      state,
      session,
      { purpose: 'panorama', room: second.room, incident: null, way: 'camera', text: '', people: [] },
      '郑国强',
      WALL - MINUTE,
    ),
    ...portraitsOf(state, session, first.room),
  ];
  evidence.materials = [
    {
      material: state.id('mt'),
      session: session.row.session,
      room: first.room,
      name: '封存手机交接记录.pdf',
      type: 'application/pdf',
      bytes: 412_000,
      sha256: hex('material'),
      text: '手机封存与交接',
      wall: WALL - 2 * MINUTE,
      staffName: '郑国强',
    },
  ];
  evidence.reports = [
    reportRow(state, session.row.session, 'attendance', {
      pages: 3,
      prints: 1,
      madeWall: WALL - 90 * MINUTE,
    }),
    reportRow(state, session.row.session, 'seating-chart', {
      room: first.room,
      copy: 2,
      prints: 2,
      title: `座次表 ${first.name}`,
      madeWall: WALL - 14 * 60 * MINUTE,
    }),
  ];
  evidence.printers = [
    { queue: 'Office-LaserJet', state: 'idle', text: '', confirmedWall: WALL - 15 * 60 * MINUTE },
    { queue: 'A3-Hall', state: 'stopped', text: 'media-empty', confirmedWall: null },
  ];
}

export function evidenceCalls(state: FakeState): {
  [K in keyof EvidenceCalls]: (
    request: FakeRequest,
  ) => EvidenceCalls[K]['answer'] | Promise<EvidenceCalls[K]['answer']>;
} {
  const { evidence } = state;
  const sessionOf = ({ params }: FakeRequest): FakeSession => {
    const found = state.sessions.find(({ row }) => row.session === params['session']);
    if (!found) throw new FakeRefusal('thing/not-found');
    return found;
  };
  const own = ({ staff }: FakeRequest) => (staff?.role === 'invigilator' ? staff.rooms : null);
  const seen = (request: FakeRequest, room: string | null) => {
    const wanted = request.query.get('room');
    return (!wanted || wanted === room) && (own(request)?.includes(room ?? '') ?? true);
  };
  const incidentOf = (id: string | undefined) => {
    const found = evidence.incidents.find(({ incident }) => incident === id);
    if (!found) throw new FakeRefusal('incident/none');
    return found;
  };
  const reportOf = (id: string | undefined) => {
    const found = evidence.reports.find(({ report }) => report === id);
    if (!found) throw new FakeRefusal('report/none');
    return found;
  };
  const printerOf = (name: string | undefined) => {
    const found = evidence.printers.find(({ queue }) => queue === name);
    if (!found) throw new FakeRefusal('printer/none');
    return found;
  };
  const uploaded = (id: string) => {
    const bytes = evidence.uploads.finished(id);
    if (!bytes) throw new FakeRefusal('upload/none');
    return bytes;
  };
  return {
    'GET /api/v1/console/sessions/:session/incidents': (request) =>
      evidence.incidents.filter(
        ({ session, room }) => session === request.params['session'] && seen(request, room),
      ),
    'POST /api/v1/console/sessions/:session/incidents': (request) => {
      const session = sessionOf(request);
      const { room, reason, text, happenedWall, people } = request.body;
      if (reason === 'other' && text === '') throw new FakeRefusal('incident/text-needed');
      const made: IncidentRow = {
        incident: state.id('ic'),
        session: session.row.session,
        room,
        roomName: state.rooms.find((one) => one.room === room)?.name ?? '',
        reason,
        text,
        happenedWall,
        recordedWall: WALL,
        staffName: request.staff?.name ?? '',
        people: peopleOf(session, people),
        photos: [],
        notes: [],
        outcome: null,
      };
      evidence.incidents.unshift(made);
      return made;
    },
    'POST /api/v1/console/incidents/:incident/notes': ({ params, body, staff }) => {
      const incident = incidentOf(params['incident']);
      if (incident.outcome !== null) throw new FakeRefusal('incident/closed');
      incident.notes.push({ text: body.text, wall: WALL, staffName: staff?.name ?? '' });
      return incident;
    },
    'POST /api/v1/console/incidents/:incident/close': ({ params, body }) => {
      const incident = incidentOf(params['incident']);
      if (incident.outcome !== null) throw new FakeRefusal('incident/closed');
      incident.outcome = body.outcome;
      return incident;
    },
    'GET /api/v1/console/sessions/:session/photos': (request) =>
      evidence.photos.filter(
        ({ session, room, purpose }) =>
          session === request.params['session'] &&
          seen(request, room) &&
          (!request.query.get('purpose') || request.query.get('purpose') === purpose),
      ),
    'POST /api/v1/console/sessions/:session/photos': (request) => {
      const session = sessionOf(request);
      if (session.row.state === 'ended') throw new FakeRefusal('photo/session-closed');
      const { upload, incident, ...given } = request.body;
      const bytes = uploaded(upload);
      if (bytes.toString('latin1', 0, 4).startsWith('%PDF')) throw new FakeRefusal('photo/unreadable');
      const made = photoRow(
        state,
        session,
        { ...given, incident: incident ?? null },
        request.staff?.name ?? '',
        WALL,
      );
      evidence.photos.unshift(made);
      if (incident) incidentOf(incident).photos.push(made);
      return made;
    },
    'GET /api/v1/console/sessions/:session/panoramas': (request) => {
      const session = sessionOf(request);
      return session.sittings
        .filter(({ room }) => own(request)?.includes(room) ?? true)
        .map(({ room, roomName, startedAt }) => ({
          room,
          roomName,
          dueAt: startedAt === null ? null : startedAt + PANORAMA_AFTER_MS,
          taken: evidence.photos.filter((one) => one.room === room && one.purpose === 'panorama').length,
          open: session.row.state !== 'ended',
        }));
    },
    'GET /api/v1/console/photos/:photo/:version': ({ params }) => {
      const index = evidence.photos.findIndex(({ photo }) => photo === params['photo']);
      const row = evidence.photos[index];
      if (!row) throw new FakeRefusal('photo/none');
      if (row.purpose === 'portrait') return new FakeFile('image/jpeg', portrait(index));
      const [width, height] = params['version'] === 'small' ? [480, 360] : [1600, 1200];
      return new FakeFile(
        'image/jpeg',
        roomPicture(
          width,
          height,
          index,
          params['version'] === 'original' ? '' : 'BH-07 · 2026-06-07 10:04:09 · 201',
        ),
      );
    },
    'GET /api/v1/console/candidates/:candidate/photo': ({ params }) => {
      const seed = faceOf(params['candidate'] ?? '');
      if (seed === null) throw new FakeRefusal('photo/none');
      return new FakeFile('image/jpeg', portrait(seed));
    },
    'POST /api/v1/console/exams/:exam/photos': ({ body }) => {
      if (uploaded(body.upload).toString('latin1', 0, 2) !== 'PK') throw new FakeRefusal('registered/zip');
      return {
        matched: 91,
        missing: {
          total: 2,
          some: [
            { name: '阿依古丽·吐尔逊江·买合木提', ticket: '26110101000023' },
            { name: '李𬭛', ticket: '26110101000040' },
          ],
        },
        doubled: [{ file: '照片/26110101000007.jpg', name: '黄欣怡' }],
        unreadable: [{ file: '照片/26110101000009.heic', code: 'photo/unreadable' }],
        unknown: ['照片/Thumbs.db', '照片/未命名.jpg'],
      };
    },
    'GET /api/v1/console/sessions/:session/materials': (request) =>
      evidence.materials.filter(
        ({ session, room }) => session === request.params['session'] && seen(request, room),
      ),
    'POST /api/v1/console/sessions/:session/materials': ({ params, body, staff }) => {
      const bytes = uploaded(body.upload);
      if (!/\.(pdf|jpe?g|png|mp4|mp3|m4a)$/i.test(body.name)) throw new FakeRefusal('material/type');
      const made: MaterialRow = {
        material: state.id('mt'),
        session: params['session'] ?? '',
        room: body.room ?? null,
        name: body.name,
        type: 'application/pdf',
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        text: body.text,
        wall: WALL,
        staffName: staff?.name ?? '',
      };
      evidence.materials.unshift(made);
      return made;
    },
    'GET /api/v1/console/materials/:material/file': async () =>
      new FakeFile('application/pdf', await onePage('Material')),
    'GET /api/v1/console/sessions/:session/reports': ({ params }) =>
      evidence.reports.filter(({ session }) => session === params['session']),
    'POST /api/v1/console/reports': ({ body, staff }) => {
      if (evidence.nextReport) {
        const refusal = evidence.nextReport;
        evidence.nextReport = null;
        throw refusal;
      }
      const kind = REPORT_KINDS[body.kind as ReportRow['kind']]; // sent by the page under test, whose types hold it
      if ('watermark' in kind && !body.purpose) throw new FakeRefusal('report/purpose');
      const same = evidence.reports.filter(
        (one) => one.kind === body.kind && one.room === (body.room ?? null),
      );
      const made = reportRow(state, body.session, body.kind, {
        lang: body.lang,
        title: body.lang === 'en' ? kind.en : kind.zh,
        room: body.room ?? null,
        attempt: body.attempt ?? null,
        incident: body.incident ?? null,
        purpose: body.purpose ?? '',
        copy: same.length + 1,
        requester: staff?.name ?? '',
        pages: body.room ? 1 : 3,
      });
      evidence.reports.unshift(made);
      return made;
    },
    'GET /api/v1/console/reports/:report/file': async ({ params }) =>
      new FakeFile('application/pdf', await onePage(reportOf(params['report']).kind)),
    'POST /api/v1/console/reports/:report/printed': ({ params, body }) => {
      const report = reportOf(params['report']);
      if (body.way === 'queue' && printerOf(body.queue).state === 'stopped')
        throw new FakeRefusal('printer/failed', { queue: body.queue });
      report.prints++;
      return report;
    },
    'GET /api/v1/console/printers': () => evidence.printers,
    'POST /api/v1/console/printers/:queue/test': ({ params }) => {
      if (printerOf(params['queue']).state === 'stopped') throw new FakeRefusal('printer/failed');
      return null;
    },
    'POST /api/v1/console/printers/:queue/confirm': ({ params, body }) =>
      Object.assign(printerOf(params['queue']), { confirmedWall: body.right ? WALL : null }),
  };
}
