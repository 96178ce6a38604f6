/** Bodies and queries of the console's calls about evidence and reports. Answers are typed in evidence.ts and reports.ts. */
import { Type } from 'typebox';
import { EVIDENCE_LIMITS, INCIDENT_REASONS, PHOTO_PURPOSES, PHOTO_WAYS } from './evidence.ts';
import { REPORT_KINDS, REPORT_LANGUAGES, type ReportKind } from './reports.ts';
import { Hash, id, oneOf, strict, Text } from './shapes.schema.ts';

/** Some time after 2020; a date typed wrongly is caught here. */
const WallTime = Type.Integer({ minimum: 1_577_836_800_000, maximum: 7_258_118_400_000 });
const Thousandth = Type.Integer({ minimum: 0, maximum: 1000 });
/** Name of a finished resumable upload: the last part of its address. */
const UploadId = Type.String({ pattern: '^[0-9a-f]{32}$' });

export const InRoomQuery = strict({ room: Type.Optional(id('room')) });
export const IncidentBody = strict({
  room: id('room'),
  reason: oneOf(INCIDENT_REASONS),
  text: Text(4_000),
  happenedWall: WallTime,
  people: Type.Array(id('entry'), { maxItems: EVIDENCE_LIMITS.people, uniqueItems: true }),
});
export const NoteBody = strict({ text: Text(4_000, 1) });
export const OutcomeBody = strict({ outcome: Text(1_000, 1) });

export const PhotosQuery = strict({
  room: Type.Optional(id('room')),
  purpose: Type.Optional(oneOf(PHOTO_PURPOSES)),
  incident: Type.Optional(id('incident')),
});
export const PhotoBody = strict({
  upload: UploadId,
  purpose: oneOf(PHOTO_PURPOSES),
  room: id('room'),
  incident: Type.Optional(id('incident')),
  way: oneOf(PHOTO_WAYS),
  text: Text(1_000),
  people: Type.Array(
    strict({ entry: id('entry'), x: Type.Optional(Thousandth), y: Type.Optional(Thousandth) }),
    { maxItems: EVIDENCE_LIMITS.people },
  ),
});
/** Version of a photo: as it came (without its location), stamped, or small. */
export const PhotoParams = strict({
  photo: id('photo'),
  version: oneOf(['original', 'stamped', 'small'] as const),
});
export const RegisteredBody = strict({ upload: UploadId, file: Text(300, 1) });
export const MaterialBody = strict({
  upload: UploadId,
  name: Text(255, 1),
  room: Type.Optional(id('room')),
  text: Text(1_000),
});

export const ReportBody = strict({
  kind: oneOf(Object.keys(REPORT_KINDS) as ReportKind[]),
  lang: oneOf(REPORT_LANGUAGES),
  session: id('session'),
  room: Type.Optional(id('room')),
  attempt: Type.Optional(id('attempt')),
  incident: Type.Optional(id('incident')),
  entries: Type.Optional(Type.Array(id('entry'), { minItems: 1, maxItems: 2_000, uniqueItems: true })),
  size: Type.Optional(oneOf(['A4', 'A3'] as const)),
  view: Type.Optional(oneOf(['lectern', 'door'] as const)),
  purpose: Type.Optional(Text(300)),
});
/** How it was printed; with a queue the box sends it there itself. */
export const PrintedBody = strict({
  way: oneOf(['browser', 'queue'] as const),
  queue: Type.Optional(Text(127, 1)),
});
export const PrinterConfirmBody = strict({ right: Type.Boolean() });
/** `digest` narrows a check to what a paper says of itself. */
export const CheckQuery = strict({ digest: Type.Optional(Hash) });
