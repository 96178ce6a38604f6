/** Reads what a draw at the door needs. */
import type { FloorPlan } from '#protocol/console.ts';
import { mayBeSeated } from '#server/attempts/attempts.repo.ts';
import type { Statements } from '#server/platform/statements.ts';
import type { SessionFacts } from './seating.repo.ts';

export interface DoorPlace {
  sitting: string;
  subject: string;
  roomName: string;
  plan: FloorPlan;
  versions: string[];
  entryClosedAt: number | null;
}

/** Sittings of the session in this room. */
export function selectDoorPlaces(s: Statements, session: string, room: string): DoorPlace[] {
  return s
    .all<{
      sitting: string;
      subject: string;
      roomName: string;
      plan: string;
      papers: string;
      entryClosedAt: number | null;
    }>(
      `SELECT sitting, subject, room.name AS roomName, plan, papers, entry_closed_at AS entryClosedAt
       FROM sitting JOIN room USING (room) WHERE session = ? AND room = ? ORDER BY subject`,
      session,
      room,
    )
    .map(({ plan, papers, ...place }) => ({
      ...place,
      plan: JSON.parse(plan) as FloorPlan,
      versions: (JSON.parse(papers) as { version: string }[]).map(({ version }) => version),
    }));
}

export interface DoorPerson {
  entry: string;
  name: string;
  ticket: string;
  school: string;
  subject: string;
  subjectName: string;
  /** Where the entry has its seat in this session. */
  seatIn: { room: string; roomName: string; seat: string } | null;
  /** Not seated in another session already, or with a re-sit granted. */
  mayBeSeated: boolean;
}

/** Entries of the exam that a ticket or ID number means. */
export function selectDoorPeople(
  s: Statements,
  { exam, session }: SessionFacts,
  number: string,
): DoorPerson[] {
  return s
    .all<
      Omit<DoorPerson, 'seatIn' | 'mayBeSeated'> & {
        room: string | null;
        roomName: string | null;
        seat: string | null;
        free: number;
      }
    >(
      `SELECT entry.entry AS entry, candidate.name AS name, ticket, school, entry.subject AS subject,
         coalesce(subject.name, entry.subject) AS subjectName, seating.room AS room, room.name AS roomName, seat,
         ${mayBeSeated('?3')} AS free
       FROM entry JOIN candidate USING (candidate)
         LEFT JOIN subject ON subject.exam = entry.exam AND subject.code = entry.subject
         LEFT JOIN seating ON seating.entry = entry.entry AND seating.session = ?3
         LEFT JOIN room ON room.room = seating.room
       WHERE entry.exam = ?1 AND (upper(ticket) = ?2 OR upper(id_number) = ?2) ORDER BY entry.subject, entry.entry`,
      exam,
      number,
      session,
    )
    .map(({ room, roomName, seat, free, ...person }) => ({
      ...person,
      seatIn: room === null || seat === null ? null : { room, roomName: roomName ?? '', seat },
      mayBeSeated: free === 1,
    }));
}

export interface DoorSeat {
  entry: string;
  subject: string;
  school: string;
  seat: string;
  version: string;
}

/** Who sits in the room in this session, in the order of the seats. */
export function selectSeatsInRoom(s: Statements, session: string, room: string): DoorSeat[] {
  return s.all<DoorSeat>(
    `SELECT seating.entry AS entry, entry.subject AS subject, school, seat, version
     FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate)
     WHERE session = ? AND room = ? ORDER BY seat`,
    session,
    room,
  );
}

/** Labels of the room's seats that have a machine. */
export function selectMachineSeats(s: Statements, room: string): ReadonlySet<string> {
  return new Set(
    s
      .all<{ seat: string }>('SELECT seat FROM machine WHERE room = ? AND retired IS NULL', room)
      .map(({ seat }) => seat),
  );
}
