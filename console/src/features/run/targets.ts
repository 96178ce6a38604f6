/** Whom an action concerns: the scopes that the box gets, and how many people that is. Pure. */
import type { ConsoleCalls } from '#protocol/console.calls.ts';
import type { MapSeat, SessionMap, SittingRow } from '#protocol/console.ts';
import { countSigns } from '../live/live-map.ts';

export type Scope = ConsoleCalls['POST /api/v1/console/notices']['body']['scope'];

export interface Target {
  /** One call each. */
  scopes: Scope[];
  /** In words, for the person who decides. */
  who: string;
  people: number;
}

/** Seats of the session's map that a sitting has. A room may hold several sittings: the subject tells them apart. */
export function seatsOf(map: SessionMap | null, sitting: SittingRow): MapSeat[] {
  const room = map?.rooms.find((one) => one.room === sitting.room);
  return room?.seats.filter(({ entry, subject }) => entry !== null && subject === sitting.subject) ?? [];
}

export interface SittingCounts {
  seated: number;
  waiting: number;
  writing: number;
  submitted: number;
  missing: number;
  /** What needs a hand; of these, `offline` may mend itself. */
  trouble: number;
  offline: number;
}

/** How a sitting stands, from the live map; from the plan alone while no map is here. */
export function countsOf(map: SessionMap | null, sitting: SittingRow): SittingCounts {
  const signs = countSigns(seatsOf(map, sitting));
  return {
    seated: sitting.seated,
    waiting: signs.waiting,
    writing: signs.writing + signs.offline + signs.locked + signs.trouble,
    submitted: signs.submitted,
    missing: signs['not-arrived'] + signs.absent,
    trouble: signs.trouble + signs.locked + signs.offline,
    offline: signs.offline,
  };
}

/** Selected seats, one attempt each; seats without an attempt can't be addressed. */
export function attemptsTarget(seats: readonly MapSeat[], who: string): Target {
  const scopes = seats.flatMap(({ attempt }): Scope[] => (attempt ? [{ attempt }] : []));
  return { scopes, who, people: scopes.length };
}

/** Time left in a sitting; frozen at `asOf` while it is paused, for then its end moves on with the clock. */
export function leftMs(
  sitting: Pick<SittingRow, 'state' | 'endsAt'>,
  elapsed: number | null,
  asOf: number,
): number | null {
  if (sitting.endsAt === null || sitting.state === 'ended' || sitting.state === 'planned') return null;
  return Math.max(0, sitting.endsAt - (sitting.state === 'paused' ? asOf : (elapsed ?? asOf)));
}
