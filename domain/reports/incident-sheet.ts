/**
 * Incident sheet: one form for each incident of the room, filled in as far as it is recorded; one empty form where there is
 * none, to be filled in by hand.
 */
import { REASON_WORDS } from '#protocol/evidence.ts';
import type { ReportLanguage } from '#protocol/reports.ts';
import { dateTimeText } from './dates.ts';
import type { IncidentFacts, RequestFacts, SessionFacts } from './facts.ts';
import { type Report, reportBase } from './report.ts';
import { type RoomSheet, roomSheet } from './rooms.ts';
import { BASE_WORDS, fill, wordsOf } from './words.ts';

export interface IncidentForm {
  fields: [word: string, value: string][];
  /** All reasons, to be ticked; `ticked` where the incident has one. */
  reasons: { words: string; ticked: boolean }[];
  /** Name, ticket, seat; empty rows where they are to be written. */
  people: [string, string, string][];
  text: string;
  notes: string[];
  outcome: string;
}

export interface IncidentSheetReport extends Report<'incident-sheet'> {
  reasonTitle: string;
  peopleColumns: [string, string, string];
  textTitle: string;
  notesTitle: string;
  outcomeTitle: string;
  signatures: string[];
  rooms: (RoomSheet & { forms: IncidentForm[] })[];
}

const WORDS = {
  ...BASE_WORDS,
  number: { zh: '记录编号', en: 'Record' },
  happened: { zh: '发生时间', en: 'Happened at' },
  recorded: { zh: '记录时间', en: 'Recorded at' },
  recordedBy: { zh: '记录人', en: 'Recorded by' },
  photos: { zh: '照片', en: 'Photos' },
  photoCount: { zh: '{n} 张', en: '{n}' },
  reason: { zh: '异常类别', en: 'Reason' },
  text: { zh: '情况说明', en: 'What happened' },
  notes: { zh: '补充记录', en: 'Added later' },
  outcome: { zh: '处理结果', en: 'Outcome' },
  concerned: { zh: '当事考生', en: 'Candidate concerned' },
} as const;

export function incidentSheet(
  session: SessionFacts,
  request: RequestFacts,
  lang: ReportLanguage,
): IncidentSheetReport {
  const base = reportBase('incident-sheet', session, request, lang);
  const w = wordsOf(lang, WORDS);
  return {
    ...base,
    reasonTitle: w.reason,
    peopleColumns: [w.name, w.ticket, w.seat],
    textTitle: w.text,
    notesTitle: w.notes,
    outcomeTitle: w.outcome,
    signatures: [w.concerned, w.invigilator, w.invigilator, w.chief],
    rooms: session.rooms.map((room) => ({
      ...roomSheet(session, room, base.head.title, lang),
      forms:
        room.incidents.length > 0
          ? room.incidents.map((incident) => form(session, incident, lang))
          : [form(session, null, lang)],
    })),
  };
}

/** In words as well as ticked: a tick is a drawing, and whoever has the text alone misses it. */
function reasonField(word: string, { reason }: IncidentFacts, lang: ReportLanguage): [string, string] {
  const { zh, en } = REASON_WORDS[reason];
  return [word, lang === 'en' ? en : zh];
}

/** People that an empty form has lines for. */
const EMPTY_PEOPLE = 3;

function form(session: SessionFacts, incident: IncidentFacts | null, lang: ReportLanguage): IncidentForm {
  const w = wordsOf(lang, WORDS);
  const at = (wall: number) => dateTimeText(wall, session.site.timeZone, lang);
  return {
    fields: [
      [w.happened, incident ? at(incident.happenedWall) : ''],
      [w.recorded, incident ? at(incident.recordedWall) : ''],
      [w.recordedBy, incident?.staffName ?? ''],
      [w.photos, incident ? fill(w.photoCount, { n: incident.photos.length }) : ''],
      ...(incident ? [reasonField(w.reason, incident, lang)] : []),
      [w.number, incident?.incident ?? ''],
    ],
    reasons: Object.entries(REASON_WORDS).map(([reason, { zh, en }]) => ({
      words: lang === 'en' ? en : zh,
      ticked: reason === incident?.reason,
    })),
    people: incident
      ? incident.people.map(({ name, ticket, seat }) => [name, ticket, seat ?? ''])
      : Array.from({ length: EMPTY_PEOPLE }, (): [string, string, string] => ['', '', '']),
    text: incident?.text ?? '',
    notes: (incident?.notes ?? []).map(
      ({ text, wall, staffName }) => `${at(wall)} ${staffName}${lang === 'en' ? ': ' : '：'}${text}`,
    ),
    outcome: incident?.outcome ?? '',
  };
}
