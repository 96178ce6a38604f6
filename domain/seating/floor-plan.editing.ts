/**
 * Editing a floor plan by clicking. Every function returns a new plan and leaves the given one alone, so that a
 * screen can undo by keeping the plans. What hangs on cells (the door, labels of one's own) moves along with them.
 */
import { SeatingError } from './faults.ts';
import {
  CELL_KINDS,
  type CellKind,
  cellKey,
  type FloorPlan,
  type Front,
  inPlan,
  isLabel,
  isNumbered,
  kindAt,
  type Numbering,
  onEdge,
  PLAN_MAX,
  type Position,
} from './floor-plan.ts';

type Line = 'row' | 'column';

function requireCell(plan: FloorPlan, row: number, column: number): CellKind {
  const kind = kindAt(plan, row, column);
  if (kind === null) throw new SeatingError('seating/cell-off-plan', { row, column });
  return kind;
}

function withOverrides(plan: FloorPlan, overrides: Record<string, string>): FloorPlan {
  const { overrides: _before, ...rest } = plan;
  return Object.keys(overrides).length > 0 ? { ...rest, overrides } : rest;
}

/** Throws `seating/cell-off-plan`, `seating/unknown-cell-kind`. A label of one's own goes with its seat. */
export function setCell(plan: FloorPlan, row: number, column: number, kind: CellKind): FloorPlan {
  requireCell(plan, row, column);
  if (!CELL_KINDS.includes(kind)) throw new SeatingError('seating/unknown-cell-kind', { row, column });
  const cells = plan.cells.map((cell, index) => (index === row * plan.columns + column ? kind : cell));
  if (isNumbered(kind)) return { ...plan, cells };
  const { [cellKey(plan, row, column)]: _dropped, ...kept } = plan.overrides ?? {};
  return withOverrides({ ...plan, cells }, kept);
}

/** One click: seat → aisle → missing → broken → spare → seat. */
export function cycleCell(plan: FloorPlan, row: number, column: number): FloorPlan {
  const next = (CELL_KINDS.indexOf(requireCell(plan, row, column)) + 1) % CELL_KINDS.length;
  return setCell(plan, row, column, CELL_KINDS[next]!); // next is below the length
}

/** Puts `kind` where it is not, and a seat back where it is: the button for broken or spare seats. */
export function toggleCell(plan: FloorPlan, row: number, column: number, kind: CellKind): FloorPlan {
  return setCell(plan, row, column, requireCell(plan, row, column) === kind ? 'seat' : kind);
}

/** Paints all cells of a rectangle (corners in any order), as when dragging. */
export function fillCells(plan: FloorPlan, from: Position, to: Position, kind: CellKind): FloorPlan {
  requireCell(plan, from.row, from.column);
  requireCell(plan, to.row, to.column);
  let result = plan;
  for (let row = Math.min(from.row, to.row); row <= Math.max(from.row, to.row); row++)
    for (let column = Math.min(from.column, to.column); column <= Math.max(from.column, to.column); column++)
      result = setCell(result, row, column, kind);
  return result;
}

/** A door in a wall stays in that wall when the wall moves. */
function doorAfter(plan: FloorPlan, moved: FloorPlan, door: Position | null): Position | null {
  if (!door || !plan.door) return null;
  if (onEdge(moved, door)) return door;
  const last = { row: moved.rows - 1, column: moved.columns - 1 };
  if (plan.door.column === plan.columns - 1) return { ...door, column: last.column };
  if (plan.door.column === 0) return { ...door, column: 0 };
  if (plan.door.row === plan.rows - 1) return { ...door, row: last.row };
  return { ...door, row: 0 };
}

/**
 * Rebuilds the plan with other lines: `source[i]` is the old row or column that becomes number i, or null for a
 * new one of `kind`. Old lines that are not named disappear with all that was on them.
 */
function remap(plan: FloorPlan, line: Line, source: readonly (number | null)[], kind: CellKind): FloorPlan {
  const rows = line === 'row' ? source.length : plan.rows;
  const columns = line === 'column' ? source.length : plan.columns;
  const cells: CellKind[] = [];
  const overrides: Record<string, string> = {};
  let door: Position | null = null;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const old = source[line === 'row' ? row : column] ?? null;
      if (old === null) {
        cells.push(kind);
        continue;
      }
      const oldRow = line === 'row' ? old : row;
      const oldColumn = line === 'column' ? old : column;
      cells.push(requireCell(plan, oldRow, oldColumn));
      const label = plan.overrides?.[cellKey(plan, oldRow, oldColumn)];
      if (label !== undefined) overrides[cellKey({ columns }, row, column)] = label;
      if (plan.door?.row === oldRow && plan.door.column === oldColumn) door = { row, column };
    }
  // the door's own line may be gone: then it is looked for at the nearest line left
  if (plan.door && !door)
    door = { row: Math.min(plan.door.row, rows - 1), column: Math.min(plan.door.column, columns - 1) };
  const moved = withOverrides({ ...plan, rows, columns, cells, door: null }, overrides);
  return { ...moved, door: doorAfter(plan, moved, door) };
}

function lines(plan: FloorPlan, line: Line): number[] {
  return Array.from({ length: line === 'row' ? plan.rows : plan.columns }, (_, index) => index);
}

function insertLine(plan: FloorPlan, line: Line, before: number, kind: CellKind): FloorPlan {
  const old = lines(plan, line);
  if (old.length >= PLAN_MAX) throw new SeatingError('seating/bad-size');
  if (!Number.isInteger(before) || before < 0 || before > old.length)
    throw new SeatingError('seating/cell-off-plan', { [line]: before });
  return remap(plan, line, [...old.slice(0, before), null, ...old.slice(before)], kind);
}

function removeLine(plan: FloorPlan, line: Line, at: number): FloorPlan {
  const old = lines(plan, line);
  if (!old.includes(at)) throw new SeatingError('seating/cell-off-plan', { [line]: at });
  if (old.length === 1) throw new SeatingError('seating/last-line');
  return remap(
    plan,
    line,
    old.filter((index) => index !== at),
    'seat',
  );
}

/** A new column of the drawing before column `before`; `before` = columns appends. At most 60. */
export const insertColumn = (plan: FloorPlan, before: number, kind: CellKind = 'seat'): FloorPlan =>
  insertLine(plan, 'column', before, kind);
/** A new row of the drawing before row `before`; `before` = rows appends. At most 60. */
export const insertRow = (plan: FloorPlan, before: number, kind: CellKind = 'seat'): FloorPlan =>
  insertLine(plan, 'row', before, kind);
export const insertAisleColumn = (plan: FloorPlan, before: number): FloorPlan =>
  insertColumn(plan, before, 'aisle');
export const insertAisleRow = (plan: FloorPlan, before: number): FloorPlan =>
  insertRow(plan, before, 'aisle');
/** Throws `seating/last-line` for the only one, `seating/cell-off-plan` for one that does not exist. */
export const removeColumn = (plan: FloorPlan, column: number): FloorPlan =>
  removeLine(plan, 'column', column);
export const removeRow = (plan: FloorPlan, row: number): FloorPlan => removeLine(plan, 'row', row);

/** Cuts at the bottom and right, or adds seats there. Throws `seating/bad-size`. */
export function resizePlan(plan: FloorPlan, rows: number, columns: number): FloorPlan {
  for (const size of [rows, columns])
    if (!Number.isInteger(size) || size < 1 || size > PLAN_MAX) throw new SeatingError('seating/bad-size');
  const to = (size: number, old: number) => Array.from({ length: size }, (_, i) => (i < old ? i : null));
  return remap(remap(plan, 'row', to(rows, plan.rows), 'seat'), 'column', to(columns, plan.columns), 'seat');
}

/** Throws `seating/bad-door` where the cell is not in the outermost ring; null takes the door away. */
export function setDoor(plan: FloorPlan, door: Position | null): FloorPlan {
  if (door && !onEdge(plan, door)) throw new SeatingError('seating/bad-door', door);
  return { ...plan, door: door && { row: door.row, column: door.column } };
}

export function setFront(plan: FloorPlan, front: Front): FloorPlan {
  return { ...plan, front };
}

export function setNumbering(plan: FloorPlan, change: Partial<Numbering>): FloorPlan {
  return { ...plan, numbering: { ...plan.numbering, ...change } };
}

/** A label of one's own for a seat; null or '' gives the number back. Throws where there is no seat. */
export function setLabel(plan: FloorPlan, row: number, column: number, label: string | null): FloorPlan {
  if (!inPlan(plan, row, column)) throw new SeatingError('seating/cell-off-plan', { row, column });
  const { [cellKey(plan, row, column)]: _before, ...others } = plan.overrides ?? {};
  if (!label) return withOverrides(plan, others);
  if (!isNumbered(kindAt(plan, row, column)))
    throw new SeatingError('seating/override-off-seat', { row, column });
  if (!isLabel(label)) throw new SeatingError('seating/bad-label', { row, column, label });
  return withOverrides(plan, { ...others, [cellKey(plan, row, column)]: label });
}
