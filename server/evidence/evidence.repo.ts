/** Reads incidents, photos, material and registered photos. */
import type {
  IncidentNote,
  IncidentPerson,
  IncidentReason,
  MaterialRow,
  PhotoPurpose,
  PhotoRow,
} from '#protocol/evidence.ts';
import type { Statements } from '#server/platform/statements.ts';

export interface Incident {
  incident: string;
  session: string;
  room: string;
  roomName: string;
  reason: IncidentReason;
  text: string;
  happenedWall: number;
  recordedWall: number;
  staffName: string;
  outcome: string | null;
}

export interface Photo extends Omit<PhotoRow, 'people' | 'sha256'> {
  type: string;
  originalSha256: string;
  stampedSha256: string;
  smallSha256: string;
  /** JSON, as in the event. */
  people: string;
}

export interface SitePlace {
  site: string;
  name: string;
  contact: string;
  timeZone: string;
}

export interface SeatedPerson {
  entry: string;
  name: string;
  ticket: string;
  seat: string;
  room: string;
}

const INCIDENT = `SELECT incident, session, incident.room AS room, coalesce(room.name, '') AS roomName, reason, text,
  happened_wall AS happenedWall, recorded_wall AS recordedWall, coalesce(staff.name, '') AS staffName, outcome
  FROM incident LEFT JOIN room ON room.room = incident.room LEFT JOIN staff ON staff.staff = incident.staff`;

export function selectOptionalIncident(s: Statements, incident: string): Incident | null {
  return s.get<Incident>(`${INCIDENT} WHERE incident = ?`, incident) ?? null;
}

/** Newest first. */
export function selectIncidents(s: Statements, session: string): Incident[] {
  return s.all<Incident>(`${INCIDENT} WHERE session = ? ORDER BY recorded_wall DESC, incident DESC`, session);
}

export function selectIncidentPeople(s: Statements, incident: string): IncidentPerson[] {
  return s.all<IncidentPerson>(
    `SELECT entry, candidate.name AS name, ticket,
       (SELECT seat FROM seating JOIN incident USING (session) WHERE incident.incident = of.incident AND seating.entry = of.entry) AS seat
     FROM incident_person AS of JOIN entry USING (entry) JOIN candidate USING (candidate)
     WHERE incident = ? ORDER BY seat, entry`,
    incident,
  );
}

export function selectIncidentNotes(s: Statements, incident: string): IncidentNote[] {
  return s.all<IncidentNote>(
    `SELECT text, wall, coalesce(staff.name, '') AS staffName FROM incident_note LEFT JOIN staff USING (staff)
     WHERE incident = ? ORDER BY seq`,
    incident,
  );
}

/** Entries of which the session has a portrait. */
export function selectPortraits(s: Statements, session: string): string[] {
  return s
    .all<{ entry: string }>(
      "SELECT json_extract(value, '$.entry') AS entry FROM photo, json_each(people) WHERE session = ? AND purpose = 'portrait'",
      session,
    )
    .map(({ entry }) => entry);
}

export function selectOptionalAddress(s: Statements, machine: string): string | null {
  return (
    s.get<{ address: string }>('SELECT address FROM machine WHERE machine = ?', machine)?.address ?? null
  );
}

const PHOTO = `SELECT photo, purpose, session, room, incident, way, taken_wall AS takenWall, stored_wall AS storedWall,
  coalesce(staff.name, '') AS staffName, text, width, height, type, original_sha256 AS originalSha256,
  stamped_sha256 AS stampedSha256, small_sha256 AS smallSha256, people
  FROM photo LEFT JOIN staff ON staff.staff = photo.staff`;

export function selectOptionalPhoto(s: Statements, photo: string): Photo | null {
  return s.get<Photo>(`${PHOTO} WHERE photo = ?`, photo) ?? null;
}

/** Newest first. */
export function selectPhotos(s: Statements, session: string): Photo[] {
  return s.all<Photo>(`${PHOTO} WHERE session = ? ORDER BY stored_wall DESC, photo DESC`, session);
}

export function selectPhotosOfIncident(s: Statements, incident: string): Photo[] {
  return s.all<Photo>(`${PHOTO} WHERE incident = ? ORDER BY stored_wall, photo`, incident);
}

export function countPhotos(s: Statements, session: string, room: string, purpose: PhotoPurpose): number {
  return (
    s.get<{ n: number }>(
      'SELECT count(*) AS n FROM photo WHERE session = ? AND room = ? AND purpose = ?',
      session,
      room,
      purpose,
    )?.n ?? 0
  );
}

const MATERIAL = `SELECT material, session, room, material.name AS name, type, bytes, sha256, text, wall, coalesce(staff.name, '') AS staffName
  FROM material LEFT JOIN staff ON staff.staff = material.staff`;

export function selectOptionalMaterial(s: Statements, material: string): MaterialRow | null {
  return s.get<MaterialRow>(`${MATERIAL} WHERE material = ?`, material) ?? null;
}

/** Newest first. */
export function selectMaterials(s: Statements, session: string): MaterialRow[] {
  return s.all<MaterialRow>(`${MATERIAL} WHERE session = ? ORDER BY wall DESC, material DESC`, session);
}

export function selectOptionalSession(s: Statements, session: string): { name: string } | null {
  return s.get<{ name: string }>('SELECT name FROM session WHERE session = ?', session) ?? null;
}

export function selectOptionalSite(s: Statements): SitePlace | null {
  return s.get<SitePlace>('SELECT site, name, contact, time_zone AS timeZone FROM site') ?? null;
}

export function selectOptionalSeated(s: Statements, session: string, entry: string): SeatedPerson | null {
  return (
    s.get<SeatedPerson>(
      `SELECT entry, candidate.name AS name, ticket, seat, room
       FROM seating JOIN entry USING (entry) JOIN candidate USING (candidate) WHERE session = ? AND entry = ?`,
      session,
      entry,
    ) ?? null
  );
}

export function selectOptionalEntryName(s: Statements, entry: string): string | null {
  return (
    s.get<{ name: string }>('SELECT name FROM entry JOIN candidate USING (candidate) WHERE entry = ?', entry)
      ?.name ?? null
  );
}

/** Rooms in which a candidate is seated in any session; null where there is no such candidate. */
export function selectRoomsOfCandidate(s: Statements, candidate: string): string[] | null {
  if (!s.get('SELECT 1 FROM candidate WHERE candidate = ?', candidate)) return null;
  return s
    .all<{ room: string }>(
      'SELECT DISTINCT room FROM seating JOIN entry USING (entry) WHERE candidate = ?',
      candidate,
    )
    .map(({ room }) => room);
}

export function selectOptionalRegisteredPhoto(s: Statements, candidate: string): string | null {
  return (
    s.get<{ sha256: string }>('SELECT sha256 FROM registered_photo WHERE candidate = ?', candidate)?.sha256 ??
    null
  );
}

export function selectHasExam(s: Statements, exam: string): boolean {
  return s.get('SELECT 1 FROM exam WHERE exam = ?', exam) !== undefined;
}

/** Everybody of an exam, a row for each ticket; `photo` where one is registered. */
export function selectCandidateNumbers(
  s: Statements,
  exam: string,
): { candidate: string; name: string; idNumber: string; ticket: string; photo: string | null }[] {
  return s.all(
    `SELECT candidate.candidate AS candidate, candidate.name AS name, id_number AS idNumber, ticket, sha256 AS photo
     FROM candidate JOIN entry USING (candidate) LEFT JOIN registered_photo USING (candidate)
     WHERE candidate.exam = ? ORDER BY ticket`,
    exam,
  );
}
