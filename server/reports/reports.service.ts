/**
 * Reports (R1 R2 R6): checked, made apart one after the other, kept as files, and each an event. The copy number, the
 * file and the event belong together, so everything that makes a report takes its turn here.
 */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Actor } from '#protocol/ledger.ts';
import { type PRINT_WAYS, REPORT_KINDS, type ReportRequest, type ReportRow } from '#protocol/reports.ts';
import type { Right } from '#protocol/rights.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import { Turns } from '#server/platform/turns.ts';
import type { TestPageJob } from './report-job.ts';
import { makeApart } from './report-process.ts';
import { type PlacedRequest, placeRequest } from './report-request.ts';
import { ReportStore } from './report-store.ts';
import {
  countReports,
  selectOptionalReport,
  selectReportIds,
  selectReportsOfSession,
} from './reports.repo.ts';
import { ReportSpool, type SpooledReport } from './spool.ts';

export type PrintWay = (typeof PRINT_WAYS)[number];

export interface ReportsOptions {
  /** Longest time for one report, in milliseconds. */
  timeoutMs?: number;
  /** Reports under way or waiting; beyond it `report/busy`. */
  queue?: number;
  onStart?: (child: ChildProcess) => void;
}

/** Who asks, as it is printed, and as it goes into the ledger. */
export interface Requester {
  name: string;
  /** Nobody where it was made on the command line. */
  actor?: Actor | undefined;
}

const TIMEOUT_MS = 180_000;
const QUEUE = 12;
const SPOOL_EVERY_MS = 2_000;

export class ReportsService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #store: ReportStore;
  readonly #spool: ReportSpool;
  readonly #turns = new Turns();
  readonly #timeoutMs: number;
  readonly #queue: number;
  readonly #onStart: (child: ChildProcess) => void;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #takingUp = false;
  #child: ChildProcess | null = null;
  #stopped = false;

  constructor(deps: Deps, options: ReportsOptions = {}) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#store = new ReportStore(deps.folder.reports);
    this.#spool = new ReportSpool(deps.folder.reports);
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#queue = options.queue ?? QUEUE;
    this.#onStart = options.onStart ?? (() => {});
  }

  /** Takes up what the command line made, sweeps what a crash left, and looks for more from now on. */
  async start(): Promise<void> {
    await this.takeUp();
    const swept = await this.#store.sweep(selectReportIds(this.#s));
    if (swept.length > 0) this.#deps.log.warn({ files: swept.length }, 'unfinished reports were removed');
    this.#timer = setInterval(() => {
      this.takeUp().catch((error: unknown) =>
        this.#deps.log.error({ err: error }, 'reports of the command line could not be taken up'),
      );
    }, SPOOL_EVERY_MS);
    this.#timer.unref();
  }

  /** Ends what is being made, and waits until nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#child?.kill('SIGKILL');
    await this.#turns.take(async () => {});
  }

  /** The right that a kind needs. */
  rightOf(kind: ReportRequest['kind']): Right {
    return REPORT_KINDS[kind].right;
  }

  /** Checks a request and finds its room; throws as `placeRequest` says. */
  place(request: ReportRequest): PlacedRequest {
    return placeRequest(this.#s, request);
  }

  /** Newest first. Throws `thing/not-found`. */
  list(session: string): ReportRow[] {
    if (!this.#s.get('SELECT 1 FROM session WHERE session = ?', session))
      throw new BoxError('thing/not-found', { session });
    return selectReportsOfSession(this.#s, session);
  }

  /** Throws `report/none`. */
  row(report: string): ReportRow {
    const row = selectOptionalReport(this.#s, report);
    if (!row) throw new BoxError('report/none', { report });
    return row;
  }

  /** The PDF as it was made. Throws `report/none` where it is gone or is not what was made. */
  async file(report: string): Promise<Buffer> {
    const { sha256 } = this.row(report);
    await this.#store.size(report);
    const bytes = await readFile(this.#store.path(report));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      this.#deps.log.error({ report }, 'the file of a report is not what was made');
      throw new BoxError('report/none', { report, problem: 'changed on the disk' });
    }
    return bytes;
  }

  path(report: string): string {
    return this.#store.path(report);
  }

  /** Throws what `place` throws, `report/busy`, `report/glyph`, `report/no-data`, `report/failed` or `box/disk-full`. */
  make(placed: PlacedRequest, by: Requester): Promise<ReportRow> {
    if (this.#waiting >= this.#queue) throw new BoxError('report/busy', { waiting: this.#waiting });
    this.#waiting += 1;
    return this.#turns
      .take(() => this.#make(placed, by))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Draws the page that a printer is tried with into a file. Throws `report/failed`. */
  async testPage({ to, ...testPage }: TestPageJob['testPage'] & { to: string }): Promise<void> {
    await this.#turns.take(() =>
      makeApart({ testPage, to }, { timeoutMs: this.#timeoutMs, onStart: (child) => this.#started(child) }),
    );
  }

  /** A paper that left the printer. Throws `report/none`. */
  async printed(report: string, way: PrintWay, queue: string, actor?: Actor): Promise<ReportRow> {
    this.row(report);
    await this.#deps.ledger.append([{ kind: 'REPORT_PRINTED', body: { report, way, queue }, by: actor }]);
    return this.row(report);
  }

  /** Commits what the command line made beside this box. */
  async takeUp(): Promise<void> {
    if (this.#takingUp) return;
    this.#takingUp = true;
    try {
      const { reports, broken } = await this.#spool.waiting();
      if (broken.length > 0)
        this.#deps.log.warn({ files: broken.length }, 'unreadable notes of reports were removed');
      for (const note of reports) if (!this.#stopped) await this.#turns.take(() => this.#takeUp(note));
    } finally {
      this.#takingUp = false;
    }
  }

  async #make({ request, room }: PlacedRequest, by: Requester): Promise<ReportRow> {
    if (this.#stopped) throw new BoxError('box/stopping');
    const { kind, lang, session, attempt = null, incident = null, purpose = '' } = request;
    const { database, sealed, blobs, keys } = this.#deps.folder;
    const report = newId('report');
    const scope = { kind, session, room, attempt, incident };
    const copy = countReports(this.#s, scope) + 1;
    // What is to be proved must be under a checkpoint; an empty group is one that only asks for it.
    if (PROVES.has(kind)) await this.#deps.ledger.append([], { checkpoint: true });
    const made = await makeApart(
      {
        report,
        request,
        room,
        copy,
        requester: by.name,
        madeWall: this.#deps.clock.wall(),
        elapsed: this.#deps.clock.elapsed(),
        folder: { database, sealed, blobs, keys },
        to: this.#store.comingPath(report),
      },
      { timeoutMs: this.#timeoutMs, onStart: (child) => this.#started(child) },
    );
    const body = { report, ...scope, lang, copy, purpose: purpose.trim(), requester: by.name, ...made };
    await this.#store.commit(report);
    try {
      await this.#deps.ledger.append([{ kind: 'REPORT_MADE', body, by: by.actor }]);
    } catch (error) {
      await this.#store.remove(report);
      throw error;
    }
    return this.row(report);
  }

  #started(child: ChildProcess): void {
    this.#child = child;
    child.once('close', () => {
      if (this.#child === child) this.#child = null;
    });
    this.#onStart(child);
  }

  async #takeUp(note: SpooledReport): Promise<void> {
    const { report } = note;
    // Its event may be there already, with the note left by a crash.
    if (!selectOptionalReport(this.#s, report)) {
      const made = await this.#isMade(note);
      if (!made) {
        this.#deps.log.warn({ report }, 'a report of the command line is not what its note says');
        return this.#spool.done(report);
      }
      if (made === 'spool') await this.#store.commit(report, this.#spool.pdf(report));
      await this.#deps.ledger.append([
        { kind: 'REPORT_MADE', body: note },
        { kind: 'REPORT_PRINTED', body: { report, way: 'command', queue: '' } },
      ]);
    }
    await this.#spool.done(report);
  }

  /** Where the file of the note is: in the spool or, after a crash, at its place already; null where it is neither. */
  async #isMade({ report, session, sha256 }: SpooledReport): Promise<'spool' | 'place' | null> {
    if (!this.#s.get('SELECT 1 FROM session WHERE session = ?', session)) return null;
    for (const at of ['spool', 'place'] as const) {
      const path = at === 'spool' ? this.#spool.pdf(report) : this.#store.path(report);
      const bytes = await readFile(path).catch(() => null);
      if (bytes && createHash('sha256').update(bytes).digest('hex') === sha256) return at;
    }
    return null;
  }
}

const PROVES: ReadonlySet<ReportRequest['kind']> = new Set(['evidence', 'answers', 'handover'] as const);
