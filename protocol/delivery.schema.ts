/** Bodies of the console's calls under *Deliver*. */
import { Type } from 'typebox';
import { PlanEntrySchema } from './hq.schema.ts';
import { id, oneOf, strict, Text } from './shapes.schema.ts';

export const HqConnectBody = strict({
  url: Text(500, 1),
  /** One-time enrolment code as printed. */
  code: Text(80, 1),
  /** PEM of the authority that signed headquarters' certificate, where it is no public one. */
  ca: Type.Optional(Text(20_000)),
});
export const ReasonBody = strict({ reason: Text(500, 1) });
export const PackageFetchBody = strict({ package: id('package') });
export const PackageConfirmBody = strict({ token: Text(64, 1) });
export const ReleaseCodeBody = strict({ code: Text(200, 1) });
export const RequestBody = strict({
  kind: oneOf(['resit', 'addendum', 'late-change']),
  exam: id('exam'),
  reason: Text(1_000, 1),
  attempt: Type.Optional(id('attempt')),
  /** `resit`: the entry, where the attempt is not named: the one that counts, or an absence. */
  person: Type.Optional(id('entry')),
  /** `entry` and `candidate` of somebody who is on the roster already; left out for a new person. */
  entry: Type.Optional(
    strict({
      ...(({ entry: _entry, candidate: _candidate, ...rest }) => rest)(PlanEntrySchema.properties),
      entry: Type.Optional(id('entry')),
    }),
  ),
  text: Type.Optional(Text(2_000, 1)),
});
export const DecideBody = strict({ granted: Type.Boolean(), reason: Text(1_000, 1) });
