/**
 * The console's calls about evidence, reports and printers; part of ConsoleCalls (console.calls.ts). Uploads are tus
 * 1.0 under /api/v1/console/uploads and have no entry here.
 */
import type { Static } from 'typebox';
import type * as S from './evidence.schema.ts';
import type { IncidentRow, MaterialRow, PanoramaState, PhotoRow, RegisteredImport } from './evidence.ts';
import type { PrinterRow, ReportRow } from './reports.ts';

type Of<T extends keyof typeof S> = Static<(typeof S)[T]>;

/** An address that gives a file: it is put into an image, a frame or a link, and not read by a page. */
type FileAnswer = unknown;

export interface EvidenceCalls {
  'GET /api/v1/console/sessions/:session/incidents': { query: Of<'InRoomQuery'>; answer: IncidentRow[] };
  'POST /api/v1/console/sessions/:session/incidents': { body: Of<'IncidentBody'>; answer: IncidentRow };
  'POST /api/v1/console/incidents/:incident/notes': { body: Of<'NoteBody'>; answer: IncidentRow };
  'POST /api/v1/console/incidents/:incident/close': { body: Of<'OutcomeBody'>; answer: IncidentRow };
  'GET /api/v1/console/sessions/:session/photos': { query: Of<'PhotosQuery'>; answer: PhotoRow[] };
  'POST /api/v1/console/sessions/:session/photos': { body: Of<'PhotoBody'>; answer: PhotoRow };
  'GET /api/v1/console/sessions/:session/panoramas': { answer: PanoramaState[] };
  'GET /api/v1/console/photos/:photo/:version': { answer: FileAnswer };
  'GET /api/v1/console/candidates/:candidate/photo': { answer: FileAnswer };
  'POST /api/v1/console/exams/:exam/photos': { body: Of<'RegisteredBody'>; answer: RegisteredImport };
  'GET /api/v1/console/sessions/:session/materials': { answer: MaterialRow[] };
  'POST /api/v1/console/sessions/:session/materials': { body: Of<'MaterialBody'>; answer: MaterialRow };
  'GET /api/v1/console/materials/:material/file': { answer: FileAnswer };
  /** Newest first. */
  'GET /api/v1/console/sessions/:session/reports': { answer: ReportRow[] };
  'POST /api/v1/console/reports': { body: Of<'ReportBody'>; answer: ReportRow };
  'GET /api/v1/console/reports/:report/file': { answer: FileAnswer };
  'POST /api/v1/console/reports/:report/printed': { body: Of<'PrintedBody'>; answer: ReportRow };
  'GET /api/v1/console/printers': { answer: PrinterRow[] };
  'POST /api/v1/console/printers/:queue/test': { answer: null };
  'POST /api/v1/console/printers/:queue/confirm': { body: Of<'PrinterConfirmBody'>; answer: PrinterRow };
}
