/** Words for the parts of a floor plan. */
import type { CellKind, Front, NumberingScheme } from '#domain/seating/floor-plan.ts';
import { m } from '../../paraglide/messages.js';
import type { Brush } from './editing.ts';

export const brushWord = (brush: Brush): string =>
  ({
    seat: m.cell_seat,
    aisle: m.cell_aisle,
    missing: m.cell_missing,
    broken: m.cell_broken,
    spare: m.cell_spare,
    door: m.cell_door,
    label: m.cell_label,
  })[brush]();

export const brushHint = (brush: Brush): string =>
  ({
    seat: m.cell_hint_seat,
    aisle: m.cell_hint_aisle,
    missing: m.cell_hint_missing,
    broken: m.cell_hint_broken,
    spare: m.cell_hint_spare,
    door: m.cell_hint_door,
    label: m.cell_hint_label,
  })[brush]();

export const kindSign: Record<CellKind, string> = {
  seat: '▢',
  aisle: '·',
  missing: '▨',
  broken: '✕',
  spare: '◇',
};

export const frontWord = (front: Front): string =>
  ({ top: m.front_top, bottom: m.front_bottom, left: m.front_left, right: m.front_right })[front]();

export const schemeWord = (scheme: NumberingScheme): string =>
  ({
    row: m.scheme_row,
    'row-serpentine': m.scheme_row_serpentine,
    column: m.scheme_column,
    'column-serpentine': m.scheme_column_serpentine,
    'from-door': m.scheme_from_door,
  })[scheme]();
