/**
 * Printers (R7). A browser always prints the PDF; where the box has queues of its own, it can send to them. That a printer
 * works is said by a person who looked at its test page.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#protocol/ledger.ts';
import type { PrinterRow } from '#protocol/reports.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import { CupsError, listQueues, type Queue, sendToQueue } from './cups.ts';

/** Draws the page that a printer is tried with, into a file. */
export type DrawTestPage = (of: {
  queue: string;
  siteName: string;
  timeZone: string;
  madeWall: number;
  to: string;
}) => Promise<void>;

export class PrintingService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #drawTestPage: DrawTestPage;

  constructor(deps: Deps, drawTestPage: DrawTestPage) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#drawTestPage = drawTestPage;
  }

  /** Empty where the box has no printing system. */
  async list(): Promise<PrinterRow[]> {
    const rows = this.#s.all<{ queue: string; confirmedWall: number | null }>(
      'SELECT queue, confirmed_wall AS confirmedWall FROM printer',
    );
    const confirmed = new Map(rows.map((row) => [row.queue, row.confirmedWall]));
    return (await listQueues()).map((queue) => ({
      ...queue,
      confirmedWall: confirmed.get(queue.queue) ?? null,
    }));
  }

  /** Resolves when the queue has taken the file. Throws `printer/none` or `printer/failed`. */
  async print(queue: string, path: string, title: string): Promise<void> {
    await this.#known(queue);
    try {
      await sendToQueue(queue, path, title);
    } catch (error) {
      if (error instanceof CupsError)
        throw new BoxError('printer/failed', { queue, problem: error.message }, error);
      throw error;
    }
  }

  /** Sends a test page. Throws `printer/none`, `printer/failed` or what drawing throws. */
  async test(queue: string): Promise<void> {
    await this.#known(queue);
    const site = this.#s.get<{ name: string; timeZone: string }>(
      'SELECT name, time_zone AS timeZone FROM site',
    );
    const to = join(this.#deps.folder.reports, `.coming-${newId('report')}.pdf`);
    try {
      await this.#drawTestPage({
        queue,
        siteName: site?.name ?? '',
        timeZone: site?.timeZone ?? 'Asia/Shanghai',
        madeWall: this.#deps.clock.wall(),
        to,
      });
      await this.print(queue, to, 'Gongyuan test page');
    } finally {
      await rm(to, { force: true });
    }
  }

  /** A person says whether the test page came out right. Throws `printer/none`. */
  async confirm(queue: string, right: boolean, by: Actor): Promise<PrinterRow> {
    await this.#known(queue);
    await this.#deps.ledger.append([{ kind: 'PRINTER_CONFIRMED', body: { queue, right }, by }]);
    const row = (await this.list()).find((one) => one.queue === queue);
    if (!row) throw new BoxError('printer/none', { queue });
    return row;
  }

  async #known(queue: string): Promise<Queue> {
    const found = (await listQueues()).find((one) => one.queue === queue);
    if (!found) throw new BoxError('printer/none', { queue });
    return found;
  }
}
