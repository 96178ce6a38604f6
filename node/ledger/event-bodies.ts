/** Bodies against their schemas: the writer's door and every verifier use the same check. */
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { EVENTS, type EventKind } from '#protocol/events.schema.ts';

const compiled = new Map<EventKind, Validator>();

/** What is wrong with a body: where and what; null when nothing is. Schemas are compiled when first needed. */
export function faultOfBody(kind: EventKind, body: unknown): string | null {
  let validator = compiled.get(kind);
  if (!validator) {
    // The table's entries are schemas of many shapes; only their common form matters here.
    validator = Compile(EVENTS[kind] as TSchema);
    compiled.set(kind, validator);
  }
  if (validator.Check(body)) return null;
  const [first] = validator.Errors(body);
  return `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`.trim();
}

export function isKnownKind(kind: string): kind is EventKind {
  return Object.hasOwn(EVENTS, kind);
}
