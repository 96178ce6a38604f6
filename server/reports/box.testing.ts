/** A box with a session that was run and with the routes of reports, for tests of this folder and of printing. */

import type { Test } from 'tap';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import type { Deps } from '#server/platform/deps.ts';
import { printingRoutes } from '#server/printing/printing.routes.ts';
import { PrintingService } from '#server/printing/printing.service.ts';
import { build, type TestBox } from '#server/test/harness.ts';
import { reportsRoutes } from './reports.routes.ts';
import { type ReportsOptions, ReportsService } from './reports.service.ts';
import { type RunSession, runSession } from './reports.testing.ts';

export interface ReportsBox extends TestBox {
  reports: ReportsService;
  run: RunSession;
}

export async function buildReports(t: Test, options: ReportsOptions = {}): Promise<ReportsBox> {
  let reports: ReportsService | undefined;
  const box = await build(t, {
    routes(app, deps) {
      const service = new ReportsService(deps, options);
      reportsRoutes(app, service, new PrintingService(deps, (page) => service.testPage(page)));
      printingRoutes(app, new PrintingService(deps, (page) => service.testPage(page)));
      reports = service;
    },
  });
  if (!reports) throw new Error('the routes were not made');
  const service = reports;
  // After the box's own teardown was noted: this one runs first.
  t.teardown(() => service.stop());
  const run = await runSession(box.deps);
  signCheckpoints(box.deps);
  return { ...box, reports, run };
}

/** As the box does once the site has a name. */
export function signCheckpoints(deps: Deps): void {
  deps.ledger.sign({
    origin: checkpointOrigin('TEST01', deps.box.box, deps.box.boxEpoch),
    key: deps.box.key,
  });
}
