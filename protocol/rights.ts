/**
 * Who may do what (FEATURES I5): one table. Route tests are made from it, the console hides what it forbids, and the
 * box enforces it on every call.
 */
export const ROLES = ['administrator', 'chief', 'invigilator', 'technician', 'auditor'] as const;
export type RoleName = (typeof ROLES)[number];

/** Each right with the roles that have it. `own` roles have it in the rooms assigned to them only. */
export const RIGHTS = {
  /** See exams, sessions, rooms, seating, machines. */
  'site.read': { roles: ['administrator', 'chief', 'technician', 'auditor'], own: ['invigilator'] },
  /** Exams, roster, papers, rooms, sittings, seating, policies. */
  'prepare.write': { roles: ['administrator'], own: [] },
  /** Look into a sealed paper of the site's own before the exam; every look is an event. */
  'paper.preview': { roles: ['administrator'], own: [] },
  'staff.read': { roles: ['administrator', 'chief', 'auditor'], own: [] },
  'staff.write': { roles: ['administrator'], own: [] },
  /** Enrol, seat and retire machines, walk a room. */
  'machine.write': { roles: ['administrator', 'technician'], own: ['invigilator'] },
  /** "Same PC", new address: the one-tap approvals in the room. */
  'machine.approve': { roles: ['administrator', 'chief', 'technician'], own: ['invigilator'] },
  /** A seat is drawn for a candidate at the door. */
  'seat.draw': { roles: ['administrator', 'chief'], own: ['invigilator'] },
  'entry.open': { roles: ['chief'], own: [] },
  'exam.start': { roles: ['chief'], own: [] },
  'exam.end': { roles: ['chief'], own: [] },
  'exam.pause': { roles: ['chief'], own: [] },
  'time.credit': { roles: ['chief'], own: [] },
  'notice.send': { roles: ['chief'], own: ['invigilator'] },
  'room.watch': { roles: ['administrator', 'chief', 'technician', 'auditor'], own: ['invigilator'] },
  'log.read': { roles: ['administrator', 'chief', 'auditor'], own: [] },
  'clock.confirm': { roles: ['chief'], own: [] },
  /** Incidents, photos and material: seen, and recorded. */
  'evidence.read': { roles: ['administrator', 'chief', 'auditor'], own: ['invigilator'] },
  'evidence.write': { roles: ['administrator', 'chief'], own: ['invigilator'] },
  /** Auxiliary material and outcomes of incidents. */
  'evidence.close': { roles: ['administrator', 'chief'], own: [] },
  /** Sheets for the room. */
  'report.print': { roles: ['administrator', 'chief', 'technician'], own: ['invigilator'] },
  /** Reports that tell about people: evidence, answers. */
  'evidence.print': { roles: ['administrator', 'chief', 'auditor'], own: [] },
  /** What headquarters has, packages, requests. */
  'hq.read': { roles: ['administrator', 'chief', 'technician', 'auditor'], own: [] },
  /** Connect, exchange now, carry batches and receipts on a stick. */
  'hq.write': { roles: ['administrator', 'technician'], own: [] },
  'package.take': { roles: ['administrator'], own: [] },
  /** Officers who may hold a release code. */
  'release.code': { roles: ['administrator', 'chief', 'technician'], own: ['invigilator'] },
  'request.ask': { roles: ['administrator', 'chief'], own: [] },
  /** Where headquarters cannot be asked: the chief decides, and headquarters hears of it afterwards. */
  'request.decide': { roles: ['chief'], own: [] },
  /** Asking for and confirming the deletion of what headquarters has had for long enough. */
  'data.purge': { roles: ['administrator', 'chief'], own: [] },
  'printer.write': { roles: ['administrator', 'chief', 'technician'], own: [] },
} as const satisfies Record<string, { roles: readonly RoleName[]; own: readonly RoleName[] }>;

export type Right = keyof typeof RIGHTS;

/** `all`, `own` (in the person's own rooms only) or `none`. */
export function extent(role: RoleName, right: Right): 'all' | 'own' | 'none' {
  const { roles, own } = RIGHTS[right] as { roles: readonly RoleName[]; own: readonly RoleName[] };
  if (roles.includes(role)) return 'all';
  return own.includes(role) ? 'own' : 'none';
}
