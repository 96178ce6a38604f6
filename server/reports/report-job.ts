/** What passes between the box and the process that makes a report. */
import type { ErrorCode } from '#protocol/errors.ts';
import type { ReportRequest } from '#protocol/reports.ts';
import type { DataFolder } from '#server/platform/data-folder.ts';

export interface ReportJob {
  report: string;
  request: ReportRequest;
  /** The room that the request is about; null for the whole session. */
  room: string | null;
  copy: number;
  requester: string;
  /** Wall time of the making, in milliseconds. */
  madeWall: number;
  /** Box time now, in milliseconds: states of attempts depend on it. */
  elapsed: number;
  folder: Pick<DataFolder, 'database' | 'sealed' | 'blobs' | 'keys'>;
  /** Where the PDF is written and synced. */
  to: string;
}

/** A page that no facts are needed for: what a printer is tried with. */
export interface TestPageJob {
  testPage: { queue: string; siteName: string; timeZone: string; madeWall: number };
  to: string;
}

/** A report that lies in its file. */
export interface MadeReport {
  title: string;
  pages: number;
  bytes: number;
  sha256: string;
  digest: string;
}

export type ReportAnswer =
  | { t: 'made'; made: MadeReport }
  | { t: 'refused'; code: ErrorCode; detail: Record<string, unknown> };
