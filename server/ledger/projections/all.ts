/** One projector for every kind of event; the type refuses a kind without one. */
import type { EventKind } from '#protocol/events.schema.ts';
import { answerProjectors } from './answers.ts';
import type { ProjectedEvent, ProjectionContext, Projectors } from './context.ts';
import { entryProjectors } from './entry.ts';
import { evidenceProjectors } from './evidence.ts';
import { headquartersProjectors } from './headquarters.ts';
import { prepareProjectors } from './prepare.ts';
import { runProjectors } from './run.ts';

const PROJECTORS: Projectors = {
  ...prepareProjectors,
  ...entryProjectors,
  ...runProjectors,
  ...answerProjectors,
  ...evidenceProjectors,
  ...headquartersProjectors,
};

/** Projects one event. `body` was checked against its schema when the event was made. */
export function project(to: ProjectionContext, kind: EventKind, body: unknown, event: ProjectedEvent): void {
  // The table pairs each kind with the projector of its body; TypeScript cannot follow that pairing through an index.
  (PROJECTORS[kind] as (to: ProjectionContext, body: unknown, event: ProjectedEvent) => void)(
    to,
    body,
    event,
  );
}

export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(PROJECTORS, kind);
}
