/** A scope with every part there, null where it does not narrow. */
export interface FullScope {
  session: string | null;
  sitting: string | null;
  room: string | null;
  attempt: string | null;
}

export function parseScope(scope: {
  session?: string;
  sitting?: string;
  room?: string;
  attempt?: string;
}): FullScope {
  return {
    session: scope.session ?? null,
    sitting: scope.sitting ?? null,
    room: scope.room ?? null,
    attempt: scope.attempt ?? null,
  };
}
