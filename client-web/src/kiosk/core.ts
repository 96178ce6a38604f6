/** What the kiosk's parts share, and the desk at which somebody sits. */
import type { Desk } from './desk.ts';
import type { Ground } from './ground.ts';

export type { KioskDeps } from './ground.ts';

export interface Core extends Ground {
  desk: Desk | null;
}
