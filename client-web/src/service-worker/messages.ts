/** What page and service worker say to each other. */
export const SCRIPT = '/sw.js';

/** Page → worker; a repair is answered on the port that comes with it. */
export type ToWorker = { t: 'activate' } | { t: 'repair' };
export type RepairAnswer = { ok: boolean };

/** The application's files, put in front of the built worker (scripts/build.ts): a change of any file is a new worker. */
export interface Shell {
  version: string;
  files: string[];
}
