/** What services of headquarters are given: one object, filled by app.ts. No module keeps state of its own. */
import type { Logger } from 'pino';
import type { HqKeys } from '#hq/keys/keys.ts';
import type { HqConfig } from './config.ts';
import type { Database } from './database.ts';

export interface HqTime {
  /** Milliseconds since 1970 UTC. */
  wall(): number;
}

export const systemTime: HqTime = { wall: () => Date.now() };

export interface HqDeps {
  config: HqConfig;
  log: Logger;
  time: HqTime;
  db: Database;
  keys: HqKeys;
}
