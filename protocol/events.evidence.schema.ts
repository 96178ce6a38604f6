/** Events of evidence and of what was printed. Part of EVENTS in events.schema.ts. */
import { Type } from 'typebox';
import { EVIDENCE_LIMITS, INCIDENT_REASONS, MATERIAL_TYPES, PHOTO_PURPOSES, PHOTO_WAYS } from './evidence.ts';
import { PRINT_WAYS, REPORT_KINDS, REPORT_LANGUAGES, type ReportKind } from './reports.ts';
import { Count, Hash, id, Ms, oneOf, Sha256Hex, strict, Text } from './shapes.schema.ts';

const Thousandth = Type.Union([Type.Integer({ minimum: 0, maximum: 1000 }), Type.Null()]);
const OrNull = <T extends ReturnType<typeof Type.String>>(type: T) => Type.Union([type, Type.Null()]);

export const EVIDENCE_EVENTS = {
  INCIDENT_RECORDED: strict({
    incident: id('incident'),
    session: id('session'),
    room: id('room'),
    reason: oneOf(INCIDENT_REASONS),
    text: Text(4_000),
    happenedWall: Ms,
    people: Type.Array(id('entry'), { maxItems: EVIDENCE_LIMITS.people }),
  }),
  INCIDENT_NOTED: strict({ incident: id('incident'), text: Text(4_000, 1) }),
  INCIDENT_CLOSED: strict({ incident: id('incident'), outcome: Text(1_000, 1) }),
  /** The original, without its location, and the stamped picture made of it. */
  PHOTO_STORED: strict({
    photo: id('photo'),
    purpose: oneOf(PHOTO_PURPOSES),
    session: id('session'),
    room: id('room'),
    incident: OrNull(id('incident')),
    way: oneOf(PHOTO_WAYS),
    takenWall: Type.Union([Ms, Type.Null()]),
    text: Text(1_000),
    width: Count,
    height: Count,
    original: strict({ sha256: Sha256Hex, bytes: Count, type: Text(40, 1) }),
    stamped: strict({ sha256: Sha256Hex, bytes: Count }),
    small: strict({ sha256: Sha256Hex, bytes: Count }),
    people: Type.Array(strict({ entry: id('entry'), x: Thousandth, y: Thousandth }), {
      maxItems: EVIDENCE_LIMITS.people,
    }),
  }),
  /** Photos of candidates that came with the registration; imported in parts. */
  REGISTERED_PHOTOS_IMPORTED: strict({
    exam: id('exam'),
    file: Text(300),
    sha256: Sha256Hex,
    part: Count,
    parts: Count,
    photos: Type.Array(strict({ candidate: id('candidate'), sha256: Sha256Hex, bytes: Count })),
  }),
  MATERIAL_ADDED: strict({
    material: id('material'),
    session: id('session'),
    room: OrNull(id('room')),
    name: Text(255, 1),
    type: oneOf(MATERIAL_TYPES),
    bytes: Count,
    sha256: Sha256Hex,
    text: Text(1_000),
  }),
  REPORT_MADE: strict({
    report: id('report'),
    kind: oneOf(Object.keys(REPORT_KINDS) as ReportKind[]),
    lang: oneOf(REPORT_LANGUAGES),
    title: Text(300, 1),
    session: id('session'),
    room: OrNull(id('room')),
    attempt: OrNull(id('attempt')),
    incident: OrNull(id('incident')),
    copy: Type.Integer({ minimum: 1 }),
    purpose: Text(300),
    requester: Text(100),
    pages: Count,
    bytes: Count,
    sha256: Sha256Hex,
    digest: Hash,
  }),
  REPORT_PRINTED: strict({ report: id('report'), way: oneOf(PRINT_WAYS), queue: Text(127) }),
  PRINTER_CONFIRMED: strict({ queue: Text(127, 1), right: Type.Boolean() }),
} as const;
