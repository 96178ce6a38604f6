/** Queries and bodies of the officers' calls at headquarters; answers are in hq.answers.schema.ts, the table in hq.calls.ts. */
import { Type } from 'typebox';
import { SiteCode } from './hq.schema.ts';
import { RELEASE_CODE } from './package.ts';
import { Hash, id, oneOf, Policy, Role, SubjectCode, strict, Text } from './shapes.schema.ts';

const Password = Text(200, 1);
const Login = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\s\\u0000-\\u001f]+$' });
const Person = Text(100, 1);
const Reason = Text(1_000, 1);
/** Some time after 2020; a date typed wrongly is caught here. */
const WallTime = Type.Integer({ minimum: 1_577_836_800_000, maximum: 7_258_118_400_000 });
export const OfficerRoleSchema = oneOf(['director', 'operator', 'auditor']);

/**
 * A page of a long list. `after` is `next` of the answer before, as it came; a page that follows has the same query.
 * `limit` is 100 where it is missing.
 */
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  after: Type.Optional(Text(500, 1)),
};
/** Part of a code, a name, a ticket or ID number; upper and lower case are the same. */
const query = { query: Type.Optional(Text(100, 1)) };

// Officers
export const HqSetupBody = strict({ code: Text(64, 1), login: Login, name: Person, password: Password });
export const HqSignInBody = strict({ login: Text(64, 1), password: Password });
export const OfficerBody = strict({
  login: Login,
  name: Person,
  role: OfficerRoleSchema,
  password: Password,
});
export const OfficerChangeBody = strict({
  name: Person,
  role: OfficerRoleSchema,
  active: Type.Boolean(),
  password: Type.Optional(Password),
});

// Sites
/** One word for a site, worst first; the order is that of `sort: 'state'`. See SiteRow. */
export const SITE_STATES = ['trouble', 'silent', 'running', 'connected', 'waiting'] as const;
export const SITE_SORTS = ['state', 'site', 'name', 'region', 'seen', 'behind'] as const;
export const SitesQuery = strict({
  ...query,
  ...page,
  state: Type.Optional(oneOf(SITE_STATES)),
  /** `-` before the word turns the order round. Missing: `state`. */
  sort: Type.Optional(oneOf([...SITE_SORTS, ...SITE_SORTS.map((word) => `-${word}` as const)])),
});
export const SiteBody = strict({ site: SiteCode, name: Text(200, 1), region: Text(200) });
export const SiteChangeBody = strict({ name: Text(200, 1), region: Text(200) });
/** Key of the box that is no longer believed. */
export const RevokeBody = strict({ key: Hash, reason: Reason });
/** The whole list: who is missing from it is removed. Without `password` an earlier one stays. */
export const SiteStaffBody = strict({
  staff: Type.Array(
    strict({
      staff: Type.Optional(id('staff')),
      login: Login,
      name: Person,
      role: Role,
      password: Type.Optional(Password),
    }),
    { maxItems: 2_000 },
  ),
});

// Exams
export const HqExamBody = strict({
  name: Text(200, 1),
  subjects: Type.Array(strict({ code: SubjectCode, name: Text(200) }), { maxItems: 200 }),
});
/**
 * The body is the file's bytes (`application/octet-stream`). Without `confirm` nothing is changed and the answer tells
 * what was understood; with it the same file is taken, if it has no fault. `mapping` and `headerLine` as on the box.
 */
export const HqRosterQuery = strict({
  file: Text(300, 1),
  sheet: Type.Optional(Text(200, 1)),
  headerLine: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  mapping: Type.Optional(Text(2_000, 2)),
  confirm: Type.Optional(Type.Boolean()),
});
/** The body is the package's bytes (`application/octet-stream`). */
export const HqPaperQuery = strict({ subject: SubjectCode, label: Text(200, 1), file: Text(300, 1) });
export const HqSessionBody = strict({
  name: Text(200, 1),
  plannedStart: WallTime,
  subjects: Type.Array(
    strict({
      code: SubjectCode,
      durationMs: Type.Integer({ minimum: 60_000, maximum: 12 * 3_600_000 }),
      papers: Type.Array(
        strict({ version: Type.String({ pattern: '^[A-Z0-9]{1,4}$' }), paper: id('paper') }),
        { maxItems: 8 },
      ),
    }),
    { minItems: 1, maxItems: 200 },
  ),
  policy: Policy,
  /** Release codes: `n` of `m` open the session; both 0: none are made. */
  n: Type.Integer({ minimum: 0, maximum: RELEASE_CODE.most }),
  m: Type.Integer({ minimum: 0, maximum: RELEASE_CODE.most }),
  /** From when boxes get the release over the line; null: never by itself. */
  releaseAt: Type.Union([WallTime, Type.Null()]),
});
export const PublishBody = strict({
  kind: oneOf(['full', 'addendum']),
  sites: Type.Union([
    Type.Literal('all'),
    Type.Array(SiteCode, { minItems: 1, maxItems: 20_000, uniqueItems: true }),
  ]),
});
export const PACKAGE_STATES = ['unenrolled', 'none', 'outdated', 'published', 'fetched'] as const;
export const ExamSitesQuery = strict({ ...query, ...page, state: Type.Optional(oneOf(PACKAGE_STATES)) });

// Release
/** `renew`: a new release identity, hence new codes; cards and packages from before no longer open the session. */
export const CodesBody = strict({ renew: Type.Boolean() });
export const ReleaseBody = strict({ reason: Reason });

// What people must see
export const RequestsQuery = strict({
  ...query,
  ...page,
  state: Type.Optional(oneOf(['asked', 'granted', 'refused'])),
});
export const HqDecisionBody = strict({ granted: Type.Boolean(), reason: Reason });
export const AlarmsQuery = strict({
  ...page,
  site: Type.Optional(SiteCode),
  all: Type.Optional(Type.Boolean()),
});
/** The body is the courier's file (`application/octet-stream`). */
export const CourierQuery = strict({ file: Text(300, 1) });

// Results
export const ATTEMPT_STATES = ['writing', 'timed-up', 'handed-in', 'superseded'] as const;
const resultFilter = {
  session: Type.Optional(id('session')),
  subject: Type.Optional(SubjectCode),
  site: Type.Optional(SiteCode),
};
export const RESULT_SORTS = ['site', 'name', 'ticket', 'subject', 'points', 'submitted'] as const;
export const ResultsQuery = strict({
  ...query,
  ...page,
  ...resultFilter,
  state: Type.Optional(oneOf(ATTEMPT_STATES)),
  /** Only attempts with faults of proof, or with items that wait for a marker. */
  only: Type.Optional(oneOf(['faults', 'marker'])),
  sort: Type.Optional(oneOf([...RESULT_SORTS, ...RESULT_SORTS.map((word) => `-${word}` as const)])),
});
export const AnomaliesQuery = strict({ ...page, ...resultFilter, code: Type.Optional(Text(64, 1)) });
export const EXPORT_FORMATS = ['csv', 'oneroster', 'parquet'] as const;
export const ExportQuery = strict({ ...resultFilter, lang: Type.Optional(oneOf(['zh-CN', 'en'])) });

// Parameters of the paths
export const SiteParams = strict({ site: SiteCode });
export const ExamParams = strict({ exam: id('exam') });
export const ExamSiteParams = strict({ exam: id('exam'), site: SiteCode });
export const PaperParams = strict({ paper: id('paper') });
export const SessionParams = strict({ session: id('session') });
export const PackageParams = strict({ package: id('package') });
export const RequestParams = strict({ request: id('request') });
export const AlarmParams = strict({ alarm: Type.String({ pattern: '^[1-9][0-9]{0,15}$' }) });
export const OfficerParams = strict({ officer: id('officer') });
export const AttemptParams = strict({ attempt: id('attempt') });
export const ExportParams = strict({ exam: id('exam'), format: oneOf(EXPORT_FORMATS) });
