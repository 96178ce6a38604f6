/**
 * 证据报告 (R2): of an incident, a candidate, a room or the session: photos, what happened and who allowed it, credits,
 * machine changes, outcomes, and the proof that all of it stands in the ledger.
 */
import type { ReportLanguage, ReportScope } from '#protocol/reports.ts';
import { dateTimeText, secondText } from './dates.ts';
import { eventText } from './event-words.ts';
import type { EventFacts, TimelineFacts } from './evidence-facts.ts';
import type {
  EntryFacts,
  IncidentFacts,
  PhotoFacts,
  RequestFacts,
  RoomFacts,
  SessionFacts,
} from './facts.ts';
import { proofSections } from './proofs.ts';
import { type Report, reportBase } from './report.ts';
import { countEntries } from './room-counts.ts';
import {
  changeTable,
  creditTable,
  incidentTable,
  momentText,
  peopleText,
  reasonText,
  statusWords,
} from './room-matters.ts';
import { type Part, type Section, titledTable } from './sections.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface EvidenceReport extends Report<'evidence'> {
  parts: Part[];
}

export interface EvidenceScope {
  scope: ReportScope;
  attempt: string | null;
  incident: string | null;
}

const WORDS = {
  ...BASE_WORDS,
  purpose: { zh: '用途', en: 'Purpose' },
  requester: { zh: '申请人', en: 'Requested by' },
  about: { zh: '范围', en: 'About' },
  wholeSession: { zh: '全场次', en: 'The whole session' },
  candidates: { zh: '考生', en: 'Candidates' },
  state: { zh: '状态', en: 'State' },
  loggedIn: { zh: '登录时间', en: 'Signed in' },
  submitted: { zh: '交卷时间', en: 'Handed in' },
  receipt: { zh: '回执码', en: 'Receipt code' },
  answered: { zh: '已答题数', en: 'Items answered' },
  revisions: { zh: '作答修订', en: 'Revisions' },
  quarantined: { zh: '待裁定修订', en: 'Revisions to be decided' },
  revisionLine: {
    zh: '作答修订 {n} 次，{from} 至 {to}；考试机签名 {heads} 次。',
    en: '{n} revisions from {from} to {to}; signed {heads} times by the machine.',
  },
  noAttempt: { zh: '没有登录', en: 'Did not sign in' },
  absent: { zh: '缺考', en: 'Absent' },
  incidents: { zh: '异常情况', en: 'Incidents' },
  incident: { zh: '异常：{reason}', en: 'Incident: {reason}' },
  happened: { zh: '发生时间', en: 'Happened' },
  recorded: { zh: '登记时间', en: 'Recorded' },
  recorder: { zh: '记录人', en: 'Recorded by' },
  people: { zh: '涉及考生', en: 'Candidates' },
  outcome: { zh: '处理结果', en: 'Outcome' },
  open: { zh: '未结案', en: 'Open' },
  noText: { zh: '（无文字说明）', en: '(no text)' },
  notes: { zh: '补充说明', en: 'Notes' },
  photos: { zh: '照片', en: 'Photos' },
  noPhotos: { zh: '没有照片', en: 'No photos' },
  panorama: { zh: '考场全景', en: 'Room' },
  portrait: { zh: '面部照片', en: 'Portrait' },
  incidentPhoto: { zh: '异常照片', en: 'Incident' },
  marked: { zh: '标记：{people}', en: 'Marked: {people}' },
  credits: { zh: '补时', en: 'Time credits' },
  changes: { zh: '换机', en: 'Machine changes' },
  timeline: { zh: '经过与审批', en: 'What happened, and who allowed it' },
  event: { zh: '事件', en: 'Event' },
  what: { zh: '内容', en: 'What' },
  who: { zh: '考生', en: 'Candidate' },
  by: { zh: '经手人', en: 'By' },
  machine: { zh: '考试机', en: 'machine' },
  noEvents: { zh: '没有涉及的事件', en: 'There are no events concerned' },
  counts: {
    zh: '应到 {expected}，实到 {present}，缺考 {absent}，已交卷 {submitted}',
    en: '{expected} expected, {present} present, {absent} absent, {submitted} handed in',
  },
} as const;

/** `session` holds the rooms concerned; `timeline` the events, read for the same scope. */
export function evidence(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  of: EvidenceScope,
  timeline: TimelineFacts,
): EvidenceReport {
  const base = reportBase('evidence', session, request, lang);
  const w = wordsOf(lang, WORDS);
  const concerned = concernedBy(session, of);
  const about = aboutText(session, of, concerned, lang);
  const sections: Section[] = [
    {
      t: 'fields',
      columns: 1,
      pairs: [
        [w.about, about],
        [w.purpose, request.purpose],
        [w.requester, request.requester],
      ],
    },
    ...(of.scope === 'attempt' || of.scope === 'incident'
      ? concerned.entries.flatMap((entry) => personSections(session, entry, lang))
      : session.rooms.flatMap((room) => roomSections(room, lang))),
    ...(timeline.revisions && timeline.revisions.count > 0
      ? [revisionText(timeline.revisions, session, lang)]
      : []),
    ...incidentSections(session, concerned.incidents, lang),
    ...photoSections(session, concerned.photos, lang),
    ...matterSections(session, concerned, lang),
    ...titledTable(
      w.timeline,
      [
        { title: w.event, width: 0.9, align: 'right' },
        { title: w.time, width: 1.3, align: 'center' },
        { title: w.what, width: 4.6 },
        { title: w.who, width: 1.8, name: true },
        { title: w.by, width: 2, name: true },
      ],
      timeline.events.map((event) => eventRow(event, session, lang)),
      w.noEvents,
    ),
    ...proofSections(session, timeline.events, lang),
  ];
  const title = lang === 'en' ? `${base.head.title}: ${about}` : `${base.head.title} ${about}`;
  return { ...base, parts: [{ title, lines: base.head.lines, sections }] };
}

interface Concerned {
  entries: EntryFacts[];
  incidents: IncidentFacts[];
  photos: PhotoFacts[];
  rooms: RoomFacts[];
}

function concernedBy({ rooms }: SessionFacts, { scope, attempt, incident }: EvidenceScope): Concerned {
  const all = rooms.flatMap((room) => room.entries);
  const incidents = rooms.flatMap((room) => room.incidents);
  const photos = rooms.flatMap((room) => room.photos);
  if (scope === 'session' || scope === 'room') return { entries: all, incidents, photos, rooms };
  const own = attempt === null ? null : all.find((entry) => entry.attempt?.attempt === attempt);
  const told = incidents.filter((one) =>
    own ? one.people.some(({ entry }) => entry === own.entry) : one.incident === incident,
  );
  const people = own ? [own.entry] : told.flatMap((one) => one.people.map(({ entry }) => entry));
  const concerned = new Set(people);
  const ids = new Set(told.map((one) => one.incident));
  return {
    entries: all.filter(({ entry }) => concerned.has(entry)),
    incidents: told,
    photos: photos.filter(
      (photo) =>
        (photo.incident !== null && ids.has(photo.incident)) ||
        photo.people.some(({ entry }) => concerned.has(entry)),
    ),
    rooms,
  };
}

function aboutText(
  { rooms }: SessionFacts,
  { scope }: EvidenceScope,
  { entries, incidents }: Concerned,
  lang: ReportLanguage,
): string {
  const w = wordsOf(lang, WORDS);
  const room = rooms[0]?.name ?? '';
  if (scope === 'session') return w.wholeSession;
  if (scope === 'room') return room;
  const what =
    scope === 'attempt' ? peopleText(entries, lang) : incidents.map((one) => reasonText(one, lang));
  return [room, what].flat().join(' · ');
}

function personSections(session: SessionFacts, entry: EntryFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  const { attempt } = entry;
  const state = attempt ? statusWords(attempt.status, lang) : entry.absent ? w.absent : w.noAttempt;
  return [
    { t: 'heading', text: `${w.candidate}${lang === 'en' ? ': ' : '：'}${entry.name}` },
    {
      t: 'fields',
      columns: 2,
      pairs: [
        [w.name, entry.name],
        [w.ticket, entry.ticket],
        [w.idNumber, entry.idNumber],
        [w.school, entry.school],
        [w.subject, entry.subjectName],
        [w.seat, `${entry.roomName} ${entry.seat}`],
        [w.state, state],
        [w.receipt, attempt?.receiptCode ?? '—'],
        [w.loggedIn, momentText(attempt?.loggedInWall ?? null, session, lang)],
        [w.submitted, momentText(attempt?.submittedWall ?? null, session, lang)],
        [w.answered, String(attempt?.answered ?? 0)],
        [w.revisions, String(attempt?.revisions ?? 0)],
        [w.quarantined, String(attempt?.quarantined ?? 0)],
      ],
    },
  ];
}

/** Everybody of a room in one table. */
function roomSections(room: RoomFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  return [
    { t: 'heading', text: room.name },
    { t: 'text', text: fill(w.counts, { ...countEntries(room.entries) }) },
    {
      t: 'table',
      columns: [
        { title: w.seat, width: 0.9, align: 'center' },
        { title: w.name, width: 2.8, name: true },
        { title: w.ticket, width: 1.8 },
        { title: w.state, width: 2 },
        { title: w.answered, width: 1, align: 'center' },
        { title: w.revisions, width: 1.1, align: 'center' },
        { title: w.receipt, width: 2.6 },
      ],
      rows: room.entries.map(({ seat, name, ticket, absent, attempt }) => [
        seat,
        name,
        ticket,
        attempt ? statusWords(attempt.status, lang) : absent ? w.absent : w.noAttempt,
        String(attempt?.answered ?? '—'),
        String(attempt?.revisions ?? '—'),
        attempt?.receiptCode ?? '—',
      ]),
      empty: w.none,
    },
  ];
}

function revisionText(
  { count, firstWall, lastWall, heads }: NonNullable<TimelineFacts['revisions']>,
  session: SessionFacts,
  lang: ReportLanguage,
): Section {
  const at = (wall: number | null) => (wall === null ? '—' : secondText(wall, session.site.timeZone));
  const text = wordsOf(lang, WORDS).revisionLine;
  return { t: 'text', text: fill(text, { n: count, from: at(firstWall), to: at(lastWall), heads }) };
}

function incidentSections(
  session: SessionFacts,
  incidents: readonly IncidentFacts[],
  lang: ReportLanguage,
): Section[] {
  const w = wordsOf(lang, WORDS);
  const { timeZone } = session.site;
  if (incidents.length === 0)
    return titledTable(w.incidents, incidentTable([], session, lang).columns, [], w.none);
  return incidents.flatMap((one): Section[] => [
    { t: 'heading', text: fill(w.incident, { reason: reasonText(one, lang) }) },
    {
      t: 'fields',
      columns: 2,
      pairs: [
        [w.room, one.roomName],
        [w.people, one.people.length > 0 ? peopleText(one.people, lang) : w.none],
        [w.happened, dateTimeText(one.happenedWall, timeZone, lang)],
        [w.recorded, dateTimeText(one.recordedWall, timeZone, lang)],
        [w.recorder, one.staffName],
        [w.outcome, one.outcome ?? w.open],
      ],
    },
    { t: 'quote', text: one.text === '' ? w.noText : one.text },
    ...(one.notes.length > 0
      ? [
          {
            t: 'table' as const,
            columns: [
              { title: w.time, width: 2 },
              { title: w.notes, width: 6 },
              { title: w.recorder, width: 2, name: true as const },
            ],
            rows: one.notes.map((note) => [
              dateTimeText(note.wall, timeZone, lang),
              note.text,
              note.staffName,
            ]),
            empty: w.none,
          },
        ]
      : []),
  ]);
}

function photoSections(
  session: SessionFacts,
  photos: readonly PhotoFacts[],
  lang: ReportLanguage,
): Section[] {
  const w = wordsOf(lang, WORDS);
  const heading: Section = { t: 'heading', text: w.photos };
  if (photos.length === 0) return [heading, { t: 'text', text: w.noPhotos }];
  const purposes = { panorama: w.panorama, portrait: w.portrait, incident: w.incidentPhoto };
  const { timeZone } = session.site;
  return [
    heading,
    {
      t: 'photos',
      photos: photos.map((photo) => ({
        sha256: photo.stampedSha256,
        ratio: photo.width / Math.max(1, photo.height),
        caption: [
          `${purposes[photo.purpose]} · ${dateTimeText(photo.takenWall ?? photo.storedWall, timeZone, lang)} · ${photo.staffName}`,
          photo.text,
          photo.people.length > 0 ? fill(w.marked, { people: peopleText(photo.people, lang) }) : '',
          `SHA-256 ${photo.stampedSha256}`,
        ]
          .filter((line) => line !== '')
          .join('\n'),
      })),
    },
  ];
}

function matterSections(session: SessionFacts, concerned: Concerned, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, WORDS);
  const ids = new Set(concerned.entries.map(({ entry }) => entry));
  const many = concerned.rooms.length > 1;
  // A credit of the whole session would stand once for each room.
  const told = new Set<string>();
  const credits = concerned.rooms
    .flatMap((room) => room.credits)
    .filter((credit) => {
      const key = `${credit.wall} ${credit.ms} ${credit.cause} ${credit.forWhom.entry ?? credit.forWhom.room ?? ''}`;
      const again = many && told.has(key);
      told.add(key);
      return !again && (credit.forWhom.entry === null || ids.has(credit.forWhom.entry));
    });
  const changes = concerned.rooms
    .flatMap((room) => room.machineChanges)
    .filter(({ entry }) => ids.has(entry));
  const creditRows = creditTable(credits, concerned.entries, session, lang);
  const changeRows = changeTable(changes, session, lang);
  return [
    ...titledTable(w.credits, creditRows.columns, creditRows.rows, w.none),
    ...titledTable(w.changes, changeRows.columns, changeRows.rows, w.none),
  ];
}

function eventRow(event: EventFacts, { site }: SessionFacts, lang: ReportLanguage): string[] {
  const w = wordsOf(lang, WORDS);
  const from = [event.machine ? `${w.machine} ${event.machine}` : '', event.address ?? '']
    .filter((part) => part !== '')
    .join(' ');
  return [
    `#${event.seq}`,
    secondText(event.wall, site.timeZone),
    eventText(event, site.timeZone, lang),
    event.name ?? '',
    event.staffName === '' ? from : [event.staffName, event.address ?? ''].join(' ').trim(),
  ];
}
