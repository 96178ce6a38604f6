/**
 * 证据报告 (R2): of an incident, a candidate, a room or the session: photos, what happened and who allowed it, credits,
 * machine changes, outcomes, and the proof that all of it stands in the ledger.
 */
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText, secondText } from './dates.ts';
import { eventText } from './event-words.ts';
import { type Concerned, concernedBy, type EvidenceScope } from './evidence.concerned.ts';
import { EVIDENCE_WORDS } from './evidence.words.ts';
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
import { fill, wordsOf } from './words.ts';

export interface EvidenceReport extends Report<'evidence'> {
  parts: Part[];
}

/** `session` holds the rooms concerned; `timeline` the events, read for the same scope. */
export function evidence(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
  of: EvidenceScope,
  timeline: TimelineFacts,
): EvidenceReport {
  const base = reportBase('evidence', session, request, lang);
  const w = wordsOf(lang, EVIDENCE_WORDS);
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

function aboutText(
  { rooms }: SessionFacts,
  { scope }: EvidenceScope,
  { entries, incidents }: Concerned,
  lang: ReportLanguage,
): string {
  const w = wordsOf(lang, EVIDENCE_WORDS);
  const room = rooms[0]?.name ?? '';
  if (scope === 'session') return w.wholeSession;
  if (scope === 'room') return room;
  const what =
    scope === 'attempt' ? peopleText(entries, lang) : incidents.map((one) => reasonText(one, lang));
  return [room, what].flat().join(' · ');
}

function personSections(session: SessionFacts, entry: EntryFacts, lang: ReportLanguage): Section[] {
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
  const text = wordsOf(lang, EVIDENCE_WORDS).revisionLine;
  return { t: 'text', text: fill(text, { n: count, from: at(firstWall), to: at(lastWall), heads }) };
}

function incidentSections(
  session: SessionFacts,
  incidents: readonly IncidentFacts[],
  lang: ReportLanguage,
): Section[] {
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
  const w = wordsOf(lang, EVIDENCE_WORDS);
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
