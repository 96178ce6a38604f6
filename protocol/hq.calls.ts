/**
 * The officers' calls at headquarters: parameters, query, body and answer of each route of hq.routes.ts under
 * `/officer`. One table for the routes (validation), for OpenAPI and, by `OfficerCalls`, for the pages, which import
 * its types only. Every call may answer `ErrorBody` (errors.ts) instead. `bytes`: the body is a file
 * (`application/octet-stream`). `file`: the answer is a download of that type.
 */
import type { Static, TSchema } from 'typebox';
import { Type } from 'typebox';
import * as A from './hq.answers.schema.ts';
import * as B from './hq.officer.schema.ts';

interface OfficerCall {
  params?: TSchema;
  query?: TSchema;
  body?: TSchema | 'bytes';
  answer?: TSchema;
  /** Media type of a download. */
  file?: string;
}

const Nothing = Type.Null();

export const OFFICER_CALLS = {
  'GET /api/v1/officer/setup': { answer: A.HqSetupAnswer },
  /** Makes the first director; signing in is a call of its own. */
  'POST /api/v1/officer/setup': { body: B.HqSetupBody, answer: Nothing },
  /** Sets the cookie. */
  'POST /api/v1/officer/sign-in': { body: B.HqSignInBody, answer: A.OfficerMe },
  'POST /api/v1/officer/sign-out': { answer: Nothing },
  'GET /api/v1/officer/me': { answer: A.OfficerMe },
  'GET /api/v1/officer/officers': { answer: Type.Array(A.OfficerRow) },
  'POST /api/v1/officer/officers': { body: B.OfficerBody, answer: A.OfficerRow },
  'PUT /api/v1/officer/officers/:officer': {
    params: B.OfficerParams,
    body: B.OfficerChangeBody,
    answer: A.OfficerRow,
  },

  'GET /api/v1/officer/sites': { query: B.SitesQuery, answer: A.SitesAnswer },
  'POST /api/v1/officer/sites': { body: B.SiteBody, answer: A.SiteDetail },
  'GET /api/v1/officer/sites/:site': { params: B.SiteParams, answer: A.SiteDetail },
  'PUT /api/v1/officer/sites/:site': { params: B.SiteParams, body: B.SiteChangeBody, answer: A.SiteDetail },
  'POST /api/v1/officer/sites/:site/enrolment-code': { params: B.SiteParams, answer: A.EnrolmentCodeAnswer },
  'POST /api/v1/officer/sites/:site/revoke': {
    params: B.SiteParams,
    body: B.RevokeBody,
    answer: A.SiteDetail,
  },
  'GET /api/v1/officer/sites/:site/staff': { params: B.SiteParams, answer: Type.Array(A.SiteStaffRow) },
  'PUT /api/v1/officer/sites/:site/staff': {
    params: B.SiteParams,
    body: B.SiteStaffBody,
    answer: Type.Array(A.SiteStaffRow),
  },

  'GET /api/v1/officer/exams': { answer: Type.Array(A.HqExamRow) },
  'POST /api/v1/officer/exams': { body: B.HqExamBody, answer: A.HqExamDetail },
  'GET /api/v1/officer/exams/:exam': { params: B.ExamParams, answer: A.HqExamDetail },
  'POST /api/v1/officer/exams/:exam/sites/:site/roster': {
    params: B.ExamSiteParams,
    query: B.HqRosterQuery,
    body: 'bytes',
    answer: A.HqRosterAnswer,
  },
  'POST /api/v1/officer/exams/:exam/papers': {
    params: B.ExamParams,
    query: B.HqPaperQuery,
    body: 'bytes',
    answer: A.HqPaperImport,
  },
  'DELETE /api/v1/officer/papers/:paper': { params: B.PaperParams, answer: Nothing },
  'POST /api/v1/officer/exams/:exam/sessions': {
    params: B.ExamParams,
    body: B.HqSessionBody,
    answer: A.HqSessionRow,
  },
  'PUT /api/v1/officer/sessions/:session': {
    params: B.SessionParams,
    body: B.HqSessionBody,
    answer: A.HqSessionRow,
  },
  'POST /api/v1/officer/exams/:exam/packages': {
    params: B.ExamParams,
    body: B.PublishBody,
    answer: A.PublishAnswer,
  },
  'GET /api/v1/officer/exams/:exam/packages': {
    params: B.ExamParams,
    query: B.ExamSitesQuery,
    answer: A.ExamSitesAnswer,
  },
  'GET /api/v1/officer/packages/:package/file': { params: B.PackageParams, file: 'application/octet-stream' },
  /** The cards, to be printed; `release/...` where they were made before and `renew` is not asked for. */
  'POST /api/v1/officer/sessions/:session/codes': {
    params: B.SessionParams,
    body: B.CodesBody,
    file: 'application/pdf',
  },
  'POST /api/v1/officer/sessions/:session/release': {
    params: B.SessionParams,
    body: B.ReleaseBody,
    answer: A.HqSessionRow,
  },

  'GET /api/v1/officer/requests': { query: B.RequestsQuery, answer: A.RequestsAnswer },
  'POST /api/v1/officer/requests/:request/decision': {
    params: B.RequestParams,
    body: B.HqDecisionBody,
    answer: A.HqRequestRow,
  },
  /** Newest first; without `all` only those that nobody has seen. */
  'GET /api/v1/officer/alarms': { query: B.AlarmsQuery, answer: A.AlarmsAnswer },
  'POST /api/v1/officer/alarms/:alarm/seen': { params: B.AlarmParams, answer: A.AlarmRow },
  'POST /api/v1/officer/courier': { query: B.CourierQuery, body: 'bytes', answer: A.CourierAnswer },

  'GET /api/v1/officer/exams/:exam/results': {
    params: B.ExamParams,
    query: B.ResultsQuery,
    answer: A.ResultsAnswer,
  },
  'GET /api/v1/officer/exams/:exam/anomalies': {
    params: B.ExamParams,
    query: B.AnomaliesQuery,
    answer: A.AnomaliesAnswer,
  },
  'GET /api/v1/officer/attempts/:attempt': { params: B.AttemptParams, answer: A.HqAttemptDetail },
  'GET /api/v1/officer/exams/:exam/exports/:format': {
    params: B.ExportParams,
    query: B.ExportQuery,
    file: 'application/octet-stream',
  },
} as const satisfies Record<string, OfficerCall>;

export type OfficerCallKey = keyof typeof OFFICER_CALLS;
type Table = typeof OFFICER_CALLS;
type Part<K extends OfficerCallKey, P extends keyof OfficerCall> =
  Table[K] extends Record<P, infer S>
    ? S extends TSchema
      ? { [N in P]: Static<S> }
      : S extends 'bytes'
        ? { [N in P]: 'bytes' }
        : unknown
    : unknown;

/** The table as types: `OfficerCalls['GET …']['answer']`. */
export type OfficerCalls = {
  [K in OfficerCallKey]: Part<K, 'query'> & Part<K, 'body'> & Part<K, 'answer'>;
};
