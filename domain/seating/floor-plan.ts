/**
 * The floor plan of a room as it is drawn on the screen: a grid of cells, row 0 at the top, column 0 at the left.
 *
 * The drawing may be turned any way that suits the building; `front` says on which side the lectern stands. What
 * is "beside", "in front" and "the first row" follows the lectern, not the drawing: `orient` turns a cell into
 * (rank, file) as if the lectern were at the top. Rank 0 is nearest to the lectern; file 0 is at the left hand of
 * a candidate who faces it.
 */
import type { FloorPlan as ContractPlan } from '#protocol/console.ts';
import type { SeatingFaultCode, SeatingFaultPlace } from './faults.ts';

export const PLAN_MAX = 60;
export const FRONTS = ['top', 'bottom', 'left', 'right'] as const;
export const CELL_KINDS = ['seat', 'aisle', 'missing', 'broken', 'spare'] as const;
export const NUMBERING_SCHEMES = [
  'row',
  'row-serpentine',
  'column',
  'column-serpentine',
  'from-door',
] as const;

export type Front = (typeof FRONTS)[number];
/**
 * seat: used. aisle: floor to walk on. missing: nothing there (a pillar, a cupboard). broken: numbered, not used.
 * spare: numbered, kept free for machine changes. Only `seat` is given out by the seating.
 */
export type CellKind = (typeof CELL_KINDS)[number];
export type NumberingScheme = (typeof NUMBERING_SCHEMES)[number];

/** A position in the drawing, counted from 0. */
export interface Position {
  row: number;
  column: number;
}

/**
 * As the contract has it (protocol/shapes.schema.ts), where its form is checked; the rules are here.
 *   cells      row-major: the cell (row, column) is at row * columns + column
 *   door       the cell of the outermost ring next to which the door is, or null
 *   numbering  the scheme, the first number, and its digits filled with zeros (2: 01, 02, …; longer ones stay whole)
 *   overrides  labels that replace the number, by the index of the cell; its number is used up all the same
 */
export type FloorPlan = ContractPlan;
export type Numbering = FloorPlan['numbering'];

export interface PlanProblem extends SeatingFaultPlace {
  code: SeatingFaultCode;
}

/** The key of a cell in `overrides`. */
export function cellKey(plan: Pick<FloorPlan, 'columns'>, row: number, column: number): string {
  return String(row * plan.columns + column);
}

export function inPlan(plan: FloorPlan, row: number, column: number): boolean {
  return (
    Number.isInteger(row) &&
    Number.isInteger(column) &&
    row >= 0 &&
    column >= 0 &&
    row < plan.rows &&
    column < plan.columns
  );
}

/** The kind of a cell; null outside the plan. */
export function kindAt(plan: FloorPlan, row: number, column: number): CellKind | null {
  return inPlan(plan, row, column) ? (plan.cells[row * plan.columns + column] ?? null) : null;
}

/** Seats in the wide sense: what gets a number, whether it is used or not. */
export function isNumbered(kind: CellKind | null): boolean {
  return kind === 'seat' || kind === 'broken' || kind === 'spare';
}

/** The cell as seen with the lectern at the top; the size of that view is `orientedSize`. */
export function orient(
  plan: Pick<FloorPlan, 'rows' | 'columns' | 'front'>,
  { row, column }: Position,
): { rank: number; file: number } {
  switch (plan.front) {
    case 'top':
      return { rank: row, file: column };
    case 'bottom':
      return { rank: plan.rows - 1 - row, file: plan.columns - 1 - column };
    case 'left':
      return { rank: column, file: plan.rows - 1 - row };
    case 'right':
      return { rank: plan.columns - 1 - column, file: row };
  }
}

export function orientedSize(plan: Pick<FloorPlan, 'rows' | 'columns' | 'front'>): {
  ranks: number;
  files: number;
} {
  const sideways = plan.front === 'left' || plan.front === 'right';
  return sideways ? { ranks: plan.columns, files: plan.rows } : { ranks: plan.rows, files: plan.columns };
}

/** A plan of nothing but seats, numbered row by row from 01, to begin drawing with. */
export function emptyPlan(rows: number, columns: number, front: Front = 'top'): FloorPlan {
  const count = Number.isInteger(rows * columns) && rows > 0 && columns > 0 ? rows * columns : 0;
  return {
    rows,
    columns,
    front,
    door: null,
    cells: Array.from({ length: Math.min(count, PLAN_MAX * PLAN_MAX) }, (): CellKind => 'seat'),
    numbering: { scheme: 'row', start: 1, width: 2 },
  };
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= PLAN_MAX;
}

/** Letters of any script, digits, hyphen: what a label printer, a URL and a shout across the room can carry. */
const LABEL = /^[\p{L}\p{N}-]{1,16}$/u;

export function isLabel(label: string): boolean {
  return LABEL.test(label);
}

/** Everything about a plan but duplicate labels, which need the numbering (`validatePlan` looks at both). */
export function shapeProblems(plan: FloorPlan): PlanProblem[] {
  if (!isSize(plan.rows) || !isSize(plan.columns)) return [{ code: 'seating/bad-size' }];
  if (!Array.isArray(plan.cells) || plan.cells.length !== plan.rows * plan.columns)
    return [{ code: 'seating/bad-cells' }];

  const problems: PlanProblem[] = [];
  plan.cells.forEach((cell, index) => {
    if (!CELL_KINDS.includes(cell))
      problems.push({
        code: 'seating/unknown-cell-kind',
        row: Math.floor(index / plan.columns),
        column: index % plan.columns,
      });
  });
  if (!FRONTS.includes(plan.front)) problems.push({ code: 'seating/unknown-front' });
  if (plan.door && !onEdge(plan, plan.door))
    problems.push({ code: 'seating/bad-door', row: plan.door.row, column: plan.door.column });

  const { scheme, start, width } = plan.numbering;
  if (!NUMBERING_SCHEMES.includes(scheme)) problems.push({ code: 'seating/unknown-scheme' });
  if (scheme === 'from-door' && !plan.door) problems.push({ code: 'seating/door-needed' });
  if (
    !Number.isInteger(start) ||
    start < 0 ||
    start > 9999 ||
    !Number.isInteger(width) ||
    width < 1 ||
    width > 6
  )
    problems.push({ code: 'seating/bad-numbering' });

  for (const [key, label] of Object.entries(plan.overrides ?? {})) {
    const row = Math.floor(Number(key) / plan.columns);
    const column = Number(key) % plan.columns;
    if (key !== cellKey(plan, row, column) || !isNumbered(kindAt(plan, row, column)))
      problems.push({ code: 'seating/override-off-seat', label });
    else if (!isLabel(label)) problems.push({ code: 'seating/bad-label', row, column, label });
  }
  if (!plan.cells.includes('seat')) problems.push({ code: 'seating/no-usable-seat' });
  return problems;
}

export function onEdge(plan: FloorPlan, { row, column }: Position): boolean {
  const atRim = row === 0 || column === 0 || row === plan.rows - 1 || column === plan.columns - 1;
  return atRim && inPlan(plan, row, column);
}
