/** Projectors of evidence: incidents, photos, material, reports. */
import type { ProjectedEvent, ProjectionContext, Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';

type Kinds =
  | 'INCIDENT_RECORDED'
  | 'INCIDENT_NOTED'
  | 'INCIDENT_CLOSED'
  | 'PHOTO_STORED'
  | 'REGISTERED_PHOTOS_IMPORTED'
  | 'MATERIAL_ADDED'
  | 'REPORT_MADE'
  | 'REPORT_PRINTED'
  | 'PRINTER_CONFIRMED';

const staffOf = (event: ProjectedEvent) => event.by?.staff ?? '';

function openIncident(to: ProjectionContext, incident: string): void {
  const row = to.get<{ outcome: string | null }>('SELECT outcome FROM incident WHERE incident = ?', incident);
  if (!row) throw new ProjectionError(`incident ${incident} is unknown`);
  if (row.outcome !== null) throw new ProjectionError(`incident ${incident} is closed`);
}

export const evidenceProjectors: Projectors<Kinds> = {
  INCIDENT_RECORDED(to, body, event) {
    to.run(
      'INSERT INTO incident (incident, session, room, reason, text, happened_wall, recorded_wall, staff, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
      body.incident,
      body.session,
      body.room,
      body.reason,
      body.text,
      body.happenedWall,
      event.wall,
      staffOf(event),
    );
    for (const entry of body.people)
      to.run('INSERT INTO incident_person (incident, entry) VALUES (?, ?)', body.incident, entry);
  },
  INCIDENT_NOTED(to, body, event) {
    openIncident(to, body.incident);
    to.run(
      'INSERT INTO incident_note (seq, incident, text, wall, staff) VALUES (?, ?, ?, ?, ?)',
      event.seq,
      body.incident,
      body.text,
      event.wall,
      staffOf(event),
    );
  },
  INCIDENT_CLOSED(to, body) {
    openIncident(to, body.incident);
    to.one('UPDATE incident SET outcome = ? WHERE incident = ?', body.outcome, body.incident);
  },
  PHOTO_STORED(to, body, event) {
    if (body.incident !== null) openIncident(to, body.incident);
    to.run(
      'INSERT INTO photo (photo, purpose, session, room, incident, way, taken_wall, stored_wall, staff, text, width, height, type, original_sha256, stamped_sha256, small_sha256, people) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      body.photo,
      body.purpose,
      body.session,
      body.room,
      body.incident,
      body.way,
      body.takenWall,
      event.wall,
      staffOf(event),
      body.text,
      body.width,
      body.height,
      body.original.type,
      body.original.sha256,
      body.stamped.sha256,
      body.small.sha256,
      JSON.stringify(body.people),
    );
  },
  REGISTERED_PHOTOS_IMPORTED(to, body) {
    for (const { candidate, sha256 } of body.photos)
      to.run(
        'INSERT INTO registered_photo (candidate, sha256) VALUES (?, ?) ON CONFLICT DO UPDATE SET sha256 = excluded.sha256',
        candidate,
        sha256,
      );
  },
  MATERIAL_ADDED(to, body, event) {
    to.run(
      'INSERT INTO material (material, session, room, name, type, bytes, sha256, text, wall, staff) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      body.material,
      body.session,
      body.room,
      body.name,
      body.type,
      body.bytes,
      body.sha256,
      body.text,
      event.wall,
      staffOf(event),
    );
  },
  REPORT_MADE(to, body, event) {
    to.run(
      'INSERT INTO report (report, kind, lang, title, session, room, attempt, incident, copy, purpose, requester, made_wall, pages, bytes, sha256, digest, prints) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)',
      body.report,
      body.kind,
      body.lang,
      body.title,
      body.session,
      body.room,
      body.attempt,
      body.incident,
      body.copy,
      body.purpose,
      body.requester,
      event.wall,
      body.pages,
      body.bytes,
      body.sha256,
      body.digest,
    );
  },
  REPORT_PRINTED(to, body) {
    to.one('UPDATE report SET prints = prints + 1 WHERE report = ?', body.report);
  },
  PRINTER_CONFIRMED(to, body, event) {
    to.run(
      'INSERT INTO printer (queue, confirmed_wall) VALUES (?, ?) ON CONFLICT DO UPDATE SET confirmed_wall = excluded.confirmed_wall',
      body.queue,
      body.right ? event.wall : null,
    );
  },
};
