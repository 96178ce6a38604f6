/** Bodies, parameters and queries of the console's HTTP calls. Answers are typed in console.ts. */
import { Type } from 'typebox';
import { id, Label, Ms, Plan, Policy, Role, SubjectCode, strict, Text } from './shapes.schema.ts';

const Password = Text(200, 1);
const Login = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\s\\u0000-\\u001f]+$' });
/** Epoch: some time after 2020; a date typed wrongly is caught here. */
const WallTime = Type.Integer({ minimum: 1_577_836_800_000, maximum: 7_258_118_400_000 });

export const SetupBody = strict({
  code: Text(32, 1),
  site: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' }),
  name: Text(200, 1),
  timeZone: Text(64, 1),
  contact: Text(500),
  admin: strict({ login: Login, name: Text(100, 1), password: Password }),
});
export const SignInBody = strict({ login: Text(64, 1), password: Password });
export const StaffBody = strict({
  login: Login,
  name: Text(100, 1),
  role: Role,
  rooms: Type.Array(id('room'), { maxItems: 500 }),
  password: Password,
});
export const StaffChangeBody = strict({
  name: Text(100, 1),
  role: Role,
  rooms: Type.Array(id('room'), { maxItems: 500 }),
  active: Type.Boolean(),
  password: Type.Optional(Password),
});
export const ExamBody = strict({ name: Text(200, 1) });
/**
 * Roster preview: the body is the file's bytes (`application/octet-stream`). The rest is sent again with the file when
 * a person changes what was understood: `mapping` is JSON of `RosterPreview.mapping`, `headerLine` a line of the file.
 */
export const RosterQuery = strict({
  file: Text(300, 1),
  sheet: Type.Optional(Text(200, 1)),
  headerLine: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  mapping: Type.Optional(Text(2000, 2)),
});
export const RosterConfirmBody = strict({ token: Text(64, 1) });
export const EntriesQuery = strict({ search: Type.Optional(Text(100)), subject: Type.Optional(SubjectCode) });
/** The body of a paper import is the package's bytes (`application/octet-stream`). */
export const PaperQuery = strict({ subject: SubjectCode, label: Text(200, 1), file: Text(300, 1) });
export const RoomBody = strict({ name: Text(100, 1), plan: Plan });
export const SessionBody = strict({
  exam: id('exam'),
  name: Text(200, 1),
  plannedStart: WallTime,
  subjects: Type.Array(SubjectCode, { maxItems: 200 }),
  policy: Policy,
});
export const SittingsBody = strict({
  sittings: Type.Array(
    strict({
      sitting: Type.Optional(id('sitting')),
      subject: SubjectCode,
      room: id('room'),
      papers: Type.Array(
        strict({ version: Type.String({ pattern: '^[A-Z0-9]{1,4}$' }), paper: id('paper') }),
        { maxItems: 8 },
      ),
      durationMs: Type.Integer({ minimum: 60_000, maximum: 12 * 3_600_000 }),
    }),
    { maxItems: 500 },
  ),
});
export const SeatingBody = strict({
  mode: Type.Union([Type.Literal('order'), Type.Literal('random'), Type.Literal('draw')]),
  seed: Type.Optional(Text(128, 1)),
  keepApart: strict({ schools: Type.Boolean(), versions: Type.Boolean() }),
});
/** `number`: ticket or ID number, as typed or scanned at the door of the room. */
export const SeatDrawBody = strict({ number: Text(64, 1), room: id('room') });
export const WalkBody = strict({ room: id('room'), from: Type.Optional(Label) });
export const ReasonBody = strict({ reason: Text(500, 1) });
export const SamePcBody = strict({ pending: Text(64, 1), machine: id('machine') });
export const SeatMachineBody = strict({ pending: Text(64, 1), room: id('room'), seat: Label });
export const ScopeShape = strict({
  session: Type.Optional(id('session')),
  sitting: Type.Optional(id('sitting')),
  room: Type.Optional(id('room')),
  attempt: Type.Optional(id('attempt')),
});
/** Start by session, sitting or room (of this session). `reason` where only some rooms of a paper start. */
export const StartBody = strict({
  sitting: Type.Optional(id('sitting')),
  room: Type.Optional(id('room')),
  reason: Type.Optional(Text(500, 1)),
});
export const DelayBody = strict({ plannedStart: WallTime, reason: Text(500, 1) });
/** Pause, resume and end. Opening and closing of entry take no body. */
export const EndBody = strict({ reason: Text(500) });
export const NoticeBody = strict({ scope: ScopeShape, text: Text(2000, 1) });
export const CreditBody = strict({
  scope: ScopeShape,
  ms: Type.Integer({ minimum: 1_000, maximum: 4 * 3_600_000 }),
  cause: Text(500, 1),
});
export const ClockBody = strict({ gapMs: Ms });
export const LogQuery = strict({
  before: Type.Optional(Type.Integer({ minimum: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  kind: Type.Optional(Text(40)),
  attempt: Type.Optional(id('attempt')),
});
export { Policy };
