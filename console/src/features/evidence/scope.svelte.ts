/** What the pages of evidence and reports read first: the session in the address, its rooms and its people. */
import type { SeatAssignmentRow, SessionRow, SittingRow } from '#protocol/console.ts';
import { call } from '../../api/call.ts';
import { parameter } from '../../state/address.svelte.ts';
import { app } from '../../state/app.svelte.ts';
import { type Resource, resource } from '../../state/resource.svelte.ts';
import { chosenSession } from '../choice/choose.ts';
import { type RoomChoice, roomsOf } from './rooms.ts';

export interface Scope {
  sessions: SessionRow[];
  session: SessionRow | null;
  sittings: SittingRow[];
  rooms: RoomChoice[];
  seats: SeatAssignmentRow[];
}

/** To be made while a page is set up. The session is the one that people most likely mean where the address names none. */
export function scope(): Resource<Scope> {
  const here = app();
  return resource(async (signal) => {
    const wanted = parameter('session');
    const sessions = await call('GET /api/v1/console/sessions', { signal });
    const session = chosenSession(sessions, wanted, here.clock.wall);
    if (!session) return { sessions, session, sittings: [], rooms: [], seats: [] };
    const id = session.session;
    const [{ sittings }, seats] = await Promise.all([
      call('GET /api/v1/console/sessions/:session', { session: id, signal }),
      call('GET /api/v1/console/sessions/:session/seating', { session: id, signal }),
    ]);
    const seen = sittings.filter(({ room }) => here.may('site.read', room));
    return { sessions, session, sittings: seen, rooms: roomsOf(seen), seats };
  });
}
