/** The room of a *wrong seat* refusal, turned so that the lectern is at the top: that is how a candidate faces it. */
import { SEAT_MAP_CELLS, type SeatMap } from '#protocol/socket.ts';

export interface MapCell {
  row: number;
  column: number;
  kind: 'seat' | 'here' | 'yours';
  label: string;
}

export interface TurnedMap {
  rows: number;
  columns: number;
  cells: MapCell[];
}

/** Cells without a seat: aisles, pillars. */
const EMPTY: ReadonlySet<string> = new Set([SEAT_MAP_CELLS.aisle, SEAT_MAP_CELLS.missing]);

export function turned(map: SeatMap): TurnedMap {
  const { rows, columns, front } = map;
  const turn = (row: number, column: number): { row: number; column: number } => {
    switch (front) {
      case 'top':
        return { row, column };
      case 'bottom':
        return { row: rows - 1 - row, column: columns - 1 - column };
      case 'left':
        return { row: column, column: rows - 1 - row };
      case 'right':
        return { row: columns - 1 - column, column: row };
    }
  };
  const sideways = front === 'left' || front === 'right';
  const cells: MapCell[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const is = (place: SeatMap['here']) => place?.row === row && place.column === column;
      const kind = is(map.yours) ? 'yours' : is(map.here) ? 'here' : 'seat';
      if (kind === 'seat' && EMPTY.has(map.cells[row * columns + column] ?? SEAT_MAP_CELLS.missing)) continue;
      const label = kind === 'yours' ? map.yours?.label : kind === 'here' ? map.here?.label : '';
      cells.push({ ...turn(row, column), kind, label: label ?? '' });
    }
  return { rows: sideways ? columns : rows, columns: sideways ? rows : columns, cells };
}
