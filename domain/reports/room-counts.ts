/** How many came, and what became of them: counted in one place for every report that says so. */
import type { EntryFacts, RoomFacts } from './facts.ts';

export interface RoomCounts {
  expected: number;
  /** Signed in at a machine. */
  present: number;
  /** Marked absent at the closing of entry. */
  absent: number;
  /** Neither signed in nor marked absent yet. */
  pending: number;
  submitted: number;
  /** Signed in and not handed in. */
  open: number;
  revisions: number;
  quarantined: number;
}

export function countEntries(entries: readonly EntryFacts[]): RoomCounts {
  const counts: RoomCounts = {
    expected: entries.length,
    present: 0,
    absent: 0,
    pending: 0,
    submitted: 0,
    open: 0,
    revisions: 0,
    quarantined: 0,
  };
  for (const { absent, attempt } of entries) {
    if (attempt === null) counts[absent ? 'absent' : 'pending'] += 1;
    else {
      counts.present += 1;
      counts[attempt.status === 'submitted' ? 'submitted' : 'open'] += 1;
      counts.revisions += attempt.revisions;
      counts.quarantined += attempt.quarantined;
    }
  }
  return counts;
}

export function countRooms(rooms: readonly RoomFacts[]): RoomCounts {
  return countEntries(rooms.flatMap(({ entries }) => entries));
}
