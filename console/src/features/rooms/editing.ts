/** A floor plan while it is drawn: brushes, and the way back. Pure; the rules are in domain/seating. */
import { setCell, setDoor, toggleCell } from '#domain/seating/floor-plan.editing.ts';
import { type CellKind, type FloorPlan, kindAt, onEdge } from '#domain/seating/floor-plan.ts';

export type Brush = CellKind | 'door' | 'label';

/**
 * One click: the brush's kind where it is not, a seat where it is. The door goes where it is clicked in the outermost
 * ring, and away where it is; a click further in changes nothing.
 */
export function clicked(
  plan: FloorPlan,
  brush: Exclude<Brush, 'label'>,
  row: number,
  column: number,
): FloorPlan {
  if (brush !== 'door')
    return brush === 'seat' ? setCell(plan, row, column, 'seat') : toggleCell(plan, row, column, brush);
  if (plan.door?.row === row && plan.door.column === column) return setDoor(plan, null);
  return onEdge(plan, { row, column }) ? setDoor(plan, { row, column }) : plan;
}

/** Drawing on with the mouse held down: the same kind that the first cell got. */
export function painted(plan: FloorPlan, kind: CellKind, row: number, column: number): FloorPlan {
  return kindAt(plan, row, column) === kind ? plan : setCell(plan, row, column, kind);
}

const MOST_STEPS = 100;

/** Plans are never changed in place, so keeping them is all that undoing takes. */
export interface History {
  past: readonly FloorPlan[];
  now: FloorPlan;
  future: readonly FloorPlan[];
}

export const begin = (now: FloorPlan): History => ({ past: [], now, future: [] });

/** `same` adds to the step before instead of beginning one: a stroke of the mouse is one step. */
export function step(history: History, now: FloorPlan, same = false): History {
  if (now === history.now) return history;
  const past = same ? history.past : [...history.past, history.now].slice(-MOST_STEPS);
  return { past, now, future: [] };
}

export function undo({ past, now, future }: History): History {
  const before = past.at(-1);
  return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : { past, now, future };
}

export function redo({ past, now, future }: History): History {
  const [next, ...rest] = future;
  return next ? { past: [...past, now], now: next, future: rest } : { past, now, future };
}
