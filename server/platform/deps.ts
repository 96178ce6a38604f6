/** What services are given: one object, filled by app.ts in order. No module keeps state of its own. */
import type { Logger } from 'pino';
import type { SiteDatabase } from '#db/site/open.ts';
import type { BoxKey } from '#node/signing/box-key.ts';
import type { Ledger } from '#server/ledger/ledger.ts';
import type { BoxClock } from './box-clock.ts';
import type { Bus } from './bus.ts';
import type { Config } from './config.ts';
import type { DataFolder } from './data-folder.ts';

/** Identity of this box; `site` is null before first-run set-up. */
export interface BoxIdentity {
  box: string;
  boxEpoch: number;
  /** The one origin candidates' machines open, e.g. `https://gongyuan.local:8443`. */
  origin: string;
  key: BoxKey;
  version: string;
}

export interface Deps {
  config: Config;
  log: Logger;
  clock: BoxClock;
  folder: DataFolder;
  /** Reading connection. Everything committed is visible at once. */
  db: SiteDatabase;
  ledger: Ledger;
  bus: Bus;
  box: BoxIdentity;
}
