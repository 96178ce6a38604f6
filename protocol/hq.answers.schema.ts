/** What headquarters answers its officers. Times are headquarters' wall time, milliseconds since 1970 UTC. */
import { type TSchema, Type } from 'typebox';
import { ATTEMPT_STATES, OfficerRoleSchema, PACKAGE_STATES, SITE_STATES } from './hq.officer.schema.ts';
import {
  BatchKeySchema,
  PlanEntrySchema,
  ReceiptsFileSchema,
  SiteCode,
  SiteReportSchema,
} from './hq.schema.ts';
import { REQUEST_KINDS } from './hq.ts';
import { Count, Hash, id, oneOf, Policy, Role, Sha256Hex, SubjectCode, strict } from './shapes.schema.ts';

const Str = Type.String();
const Wall = Count;
const Flag = Type.Boolean();
/** Name a site may be shown under where it is not known (a batch of nobody's). */
const AnySite = Type.String({ maxLength: 64 });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** A page of a long list: `next` is sent as `after` for the following one, null at the end. */
const paged = <T extends TSchema>(row: T) => ({ rows: Type.Array(row), next: orNull(Str) });
/** Something coded, with its words: screens keep no second catalogue. `detail` in a few words, '' for none. */
const coded = { code: Str, zh: Str, en: Str, doZh: Str, doEn: Str, detail: Str };
export const CodedSchema = strict(coded);
const Range = strict({ first: Count, last: Count });

// Officers
export const HqSetupAnswer = strict({ needed: Flag, name: Str });
export const OfficerMe = strict({
  officer: id('officer'),
  login: Str,
  name: Str,
  role: OfficerRoleSchema,
  /** Of OFFICER_RIGHTS. */
  rights: Type.Array(Str),
  /** Headquarters' own name and version. */
  hq: Str,
  version: Str,
});
export const OfficerRow = strict({
  officer: id('officer'),
  login: Str,
  name: Str,
  role: OfficerRoleSchema,
  active: Flag,
});

// Sites
export const SiteState = oneOf(SITE_STATES);
/**
 * `state`: `trouble` an alarm nobody has seen, a gap or a fork; `silent` enrolled and not heard of for ten minutes;
 * `running` a session runs; `connected` heard of, none runs; `waiting` no box is enrolled.
 */
export const SiteRow = strict({
  site: SiteCode,
  name: Str,
  region: Str,
  state: SiteState,
  seen: orNull(Wall),
  /** Enrolled and not revoked. */
  boxes: Count,
  /** As the box told last; people are counted over the sessions that are open or running. */
  running: Count,
  candidates: Count,
  signedIn: Count,
  handedIn: Count,
  events: Count,
  /** Events at the site that are not here. */
  behind: Count,
  /** Ranges missing below what is here. */
  gaps: Count,
  forks: Count,
  /** Alarms that nobody has seen. */
  alarms: Count,
  version: Str,
});
export const SitesAnswer = strict({
  now: Wall,
  /** Of all sites, whatever is asked for. */
  counts: strict({
    all: Count,
    trouble: Count,
    silent: Count,
    running: Count,
    connected: Count,
    waiting: Count,
  }),
  /** Sites that the query finds. */
  total: Count,
  ...paged(SiteRow),
});
export const SiteBoxRow = strict({
  key: Hash,
  /** The key for people: 5 groups of 4. */
  fingerprint: Str,
  box: id('box'),
  ledger: Str,
  enrolled: Wall,
  revoked: orNull(Wall),
});
export const SiteLedgerRow = strict({
  ledger: Str,
  /** 0, and 1, 2 … for forks of the same ledger. */
  branch: Count,
  fingerprint: Str,
  /** From which ledger and branch it parts, after how many events. */
  parent: orNull(strict({ ledger: Str, branch: Count, size: Count })),
  /** Events without a gap from 0. */
  size: Count,
  root: Str,
  beyond: Type.Array(Range),
  gaps: Type.Array(Range),
});
export const SiteBatchRow = strict({
  batch: Sha256Hex,
  ledger: Str,
  first: Count,
  last: Count,
  bytes: Count,
  way: oneOf(['line', 'stick']),
  state: oneOf(['receiving', 'taken', 'refused']),
  announced: Wall,
  taken: orNull(Wall),
  fault: orNull(CodedSchema),
});
export const AlarmRow = strict({
  alarm: Type.Integer({ minimum: 1 }),
  site: AnySite,
  siteName: Str,
  ...coded,
  at: Wall,
  seen: orNull(Wall),
  /** Name of the officer. */
  seenBy: orNull(Str),
});
export const SiteDetail = strict({
  ...SiteRow.properties,
  report: orNull(SiteReportSchema),
  boxRows: Type.Array(SiteBoxRow),
  /** Until when an enrolment code that was not used is good. */
  codeUntil: orNull(Wall),
  ledgers: Type.Array(SiteLedgerRow),
  /** Newest first, at most 100. */
  batches: Type.Array(SiteBatchRow),
  /** Those that nobody has seen. */
  openAlarms: Type.Array(AlarmRow),
  /** Photos and files here. */
  media: Count,
});
/** The code in groups, as it is read out; it is never shown again. */
export const EnrolmentCodeAnswer = strict({ code: Str, expires: Wall });
export const SiteStaffRow = strict({
  staff: id('staff'),
  login: Str,
  name: Str,
  role: Role,
  /** Headquarters gave one; else the site's administrator sets it. */
  password: Flag,
});

// Exams
export const HqExamRow = strict({
  exam: id('exam'),
  name: Str,
  subjects: Count,
  entries: Count,
  /** With a roster. */
  sites: Count,
  papers: Count,
  sessions: Count,
});
export const HqSubjectRow = strict({ code: SubjectCode, name: Str, entries: Count, papers: Count });
export const HqPaperRow = strict({
  paper: id('paper'),
  subject: SubjectCode,
  label: Str,
  items: Count,
  bytes: Count,
  /** Name of the file it was made from. */
  source: Str,
  added: Wall,
  /** Sessions that it is in. */
  usedBy: Count,
});
export const HqSessionRow = strict({
  session: id('session'),
  name: Str,
  plannedStart: Wall,
  subjects: Type.Array(
    strict({
      code: SubjectCode,
      durationMs: Count,
      papers: Type.Array(strict({ version: Str, paper: id('paper') })),
    }),
  ),
  policy: Policy,
  n: Count,
  m: Count,
  /** `released`: boxes may fetch it now. */
  releaseAt: orNull(Wall),
  released: Flag,
  codesMade: orNull(Wall),
});
/** `sites` counts every site with a roster, by the state of its package (PACKAGE_STATES). */
export const HqExamDetail = strict({
  exam: id('exam'),
  name: Str,
  entries: Count,
  sites: strict({
    all: Count,
    unenrolled: Count,
    none: Count,
    outdated: Count,
    published: Count,
    fetched: Count,
  }),
  subjects: Type.Array(HqSubjectRow),
  papers: Type.Array(HqPaperRow),
  sessions: Type.Array(HqSessionRow),
});
/** A fault of a roster or a package, with its words: the box's (`Fault` in console.ts). */
export const FaultSchema = strict({
  severity: oneOf(['error', 'warning']),
  code: Str,
  zh: Str,
  en: Str,
  doZh: Str,
  doEn: Str,
  line: Type.Optional(Type.Integer()),
  otherLine: Type.Optional(Type.Integer()),
  field: Type.Optional(Str),
  file: Type.Optional(Str),
  item: Type.Optional(Str),
  value: Type.Optional(Str),
  detail: Type.Optional(Str),
});
export const HqRosterAnswer = strict({
  file: Str,
  encoding: Str,
  sheet: orNull(Str),
  sheets: Type.Array(Str),
  headerLine: Count,
  headers: Type.Array(Str),
  /** Field → column from 0, as guessed or as sent. */
  mapping: Type.Record(Str, orNull(Count)),
  sample: Type.Array(Type.Array(Str)),
  counts: strict({ rows: Count, new: Count, changed: Count, unchanged: Count, candidates: Count }),
  faults: Type.Array(FaultSchema),
  /** No error among the faults: it may be taken. */
  ok: Flag,
  /** It was taken (`confirm`). */
  done: Flag,
});
export const HqPaperImport = strict({
  paper: orNull(HqPaperRow),
  faults: Type.Array(FaultSchema),
  /** Characters for which no font here has a glyph. */
  missingGlyphs: Type.Array(Str),
});

// Packages
/**
 * `state` of a site's package: `unenrolled` no box to seal it for; `none`; `outdated` something changed since;
 * `published` and waiting for the box; `fetched`.
 */
export const ExamSiteRow = strict({
  site: SiteCode,
  name: Str,
  region: Str,
  entries: Count,
  state: oneOf(PACKAGE_STATES),
  latest: orNull(
    strict({
      package: id('package'),
      number: Count,
      kind: oneOf(['full', 'addendum']),
      bytes: Count,
      made: Wall,
      /** Name of the officer. */
      officer: Str,
      fetched: orNull(Wall),
    }),
  ),
});
/** Sites with a roster for this exam, and sites without one that the query names. */
export const ExamSitesAnswer = strict({ total: Count, ...paged(ExamSiteRow) });
export const PublishAnswer = strict({
  made: Type.Array(strict({ site: SiteCode, package: id('package'), number: Count })),
  refused: Type.Array(strict({ site: SiteCode, name: Str, ...coded })),
});

// Requests
export const HqRequestRow = strict({
  request: id('request'),
  site: SiteCode,
  siteName: Str,
  kind: oneOf(REQUEST_KINDS),
  exam: id('exam'),
  examName: Str,
  asked: Wall,
  reason: Str,
  /** `late-change`: what is asked for. */
  text: Str,
  /** Whom it is about. */
  person: orNull(strict({ name: Str, ticket: Str })),
  /** `resit`: the attempt as it stands. */
  attempt: orNull(
    strict({
      attempt: id('attempt'),
      state: oneOf([...ATTEMPT_STATES, 'unknown']),
      subject: Str,
      submitted: orNull(Wall),
      revisions: Count,
      points: orNull(Type.Number()),
      maximum: orNull(Type.Number()),
    }),
  ),
  /** `addendum`: as the entry is to be, and as it stands on the roster here (null: not on it). */
  entry: orNull(PlanEntrySchema),
  before: orNull(PlanEntrySchema),
  state: oneOf(['asked', 'granted', 'refused']),
  /** `chief`: decided at the site, where headquarters could not be asked. */
  by: orNull(oneOf(['headquarters', 'chief'])),
  decided: orNull(Wall),
  officer: orNull(Str),
  answer: Str,
});
export const RequestsAnswer = strict({ open: Count, ...paged(HqRequestRow) });
export const AlarmsAnswer = strict({ open: Count, ...paged(AlarmRow) });

// Courier
export const CourierAnswer = strict({
  site: SiteCode,
  siteName: Str,
  batches: Type.Array(
    strict({
      ...BatchKeySchema.properties,
      state: oneOf(['taken', 'refused']),
      /** It was here already. */
      again: Flag,
      fault: orNull(CodedSchema),
    }),
  ),
  /** Goes back to the site as a file, as it stands. */
  receipts: ReceiptsFileSchema,
});

// Results
const Score = orNull(Type.Number());
const resultRow = {
  attempt: id('attempt'),
  site: SiteCode,
  siteName: Str,
  session: id('session'),
  sessionName: Str,
  subject: Str,
  name: Str,
  ticket: Str,
  room: Str,
  seat: Str,
  state: oneOf(ATTEMPT_STATES),
  submitted: orNull(Wall),
  /** Null: no automatic score. */
  points: Score,
  maximum: Score,
  /** Items that wait for a person. */
  marker: Count,
  /** Codes. */
  anomalies: Type.Array(Str),
  /** Faults of proof. */
  faults: Count,
};
export const HqResultRow = strict(resultRow);
/** Attempts that count (superseded ones do not), by tenths of the subject's maximum: `[0, 10 %)` … `[90 %, 100 %]`. */
export const Distribution = strict({
  subject: Str,
  name: Str,
  attempts: Count,
  scored: Count,
  maximum: Score,
  mean: Score,
  median: Score,
  lowest: Score,
  highest: Score,
  tenths: Type.Array(Count, { minItems: 10, maxItems: 10 }),
});
export const ResultsAnswer = strict({
  total: Count,
  /** Over everything that the query finds. */
  distribution: Type.Array(Distribution),
  ...paged(HqResultRow),
});
const anomaly = { code: Str, zh: Str, en: Str, detail: Str };
export const AnomalyRow = strict({
  attempt: id('attempt'),
  site: SiteCode,
  siteName: Str,
  session: id('session'),
  subject: Str,
  name: Str,
  ticket: Str,
  points: Score,
  maximum: Score,
  ...anomaly,
});
export const AnomaliesAnswer = strict({
  counts: Type.Array(strict({ code: Str, zh: Str, en: Str, count: Count })),
  ...paged(AnomalyRow),
});
export const HqAttemptDetail = strict({
  ...resultRow,
  exam: id('exam'),
  examName: Str,
  idTail: Str,
  school: Str,
  paper: orNull(id('paper')),
  paperLabel: Str,
  items: Type.Array(
    strict({
      item: Str,
      /** What was answered, by response, as text. */
      answers: Type.Array(strict({ response: Str, value: Str })),
      score: Score,
      maximum: Score,
      state: oneOf(['scored', 'needs-marker', 'unanswered', 'failed']),
      /** Why it could not be scored: code and where; '' otherwise. */
      detail: Str,
    }),
  ),
  anomalyRows: Type.Array(strict(anomaly)),
  proof: strict({
    revisions: Count,
    digest: Str,
    /** The digest that the candidate was shown is that of the answers rebuilt here; null: no receipt has come. */
    agrees: orNull(Flag),
    faultRows: Type.Array(CodedSchema),
    judged: Wall,
  }),
});
