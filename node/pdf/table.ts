/**
 * Tables over pages, tagged row by row, their head repeated on every page.
 *
 *   drawTable(sheets, area, { columns: [{ title: '姓名', width: 3, breaks: 'name' }, { title: '签名', width: 2 }],
 *                             rows: [['张三', ''], …], size: 10, rowHeight: 24, next: () => sheets.next({ …, again: true }) })
 *
 * Widths are shares of the area. A row is as high as its highest cell and never less than `rowHeight`; it stays on one page.
 */
import type { Box } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';

export interface TableColumn {
  title: string;
  width: number;
  align?: 'left' | 'center' | 'right';
  breaks?: 'text' | 'name';
  bold?: boolean;
  /** Shrinks down to this before it wraps into more than `lines` lines. */
  least?: number;
  /** The cells name the row (TH with scope Row). */
  heads?: boolean;
}

/** A cell is a text, or a text (read aloud) with a drawing of its own in its place. */
export type TableCell = string | { text: string; draw: (box: Box) => void };

export interface Table {
  columns: readonly TableColumn[];
  rows: readonly (readonly TableCell[])[];
  size?: number;
  rowHeight?: number;
  /** Begins a page for the rows that are left and gives its area. */
  next: () => Box;
  /** No row of column titles. */
  headless?: boolean;
  /** Rows to keep a grey ground, e.g. sums; by index. */
  shaded?: ReadonlySet<number>;
}

const PAD = 3;

/**
 * Height of rows so that they, with a head as high on each page and `closing` points below the last of them, fill as few
 * pages of a height as they can, evenly; never less than `least`, nor more than `most`.
 */
export function rowsToFit(
  height: number,
  rows: number,
  { least, most, closing = 0 }: { least: number; most: number; closing?: number },
): number {
  const lines = rows + Math.ceil(closing / least);
  for (let pages = 1; pages <= lines; pages += 1) {
    const fitting = (height - 1) / (Math.ceil(lines / pages) + 1);
    if (fitting >= least) return Math.min(most, fitting);
  }
  return least;
}

/** Answers the y below the last row, on the page where it is. */
export function drawTable(sheets: ReportSheets, area: Box, table: Table): { y: number; area: Box } {
  const { pdf } = sheets;
  const { columns, rows, size = 10, rowHeight = 18, headless = false } = table;
  let page = area;
  let y = area.y;
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const lefts: number[] = [];
  let left = 0;
  for (const { width } of columns) {
    lefts.push(left);
    left += (width / total) * area.width;
  }
  const cellBox = (index: number, height: number): Box => ({
    x: page.x + (lefts[index] ?? 0),
    y,
    width: ((columns[index]?.width ?? 0) / total) * area.width,
    height,
  });
  const styleOf = ({ align = 'left', breaks = 'text', bold = false, least }: TableColumn) =>
    ({
      size,
      least: least ?? size,
      weight: bold ? 'bold' : 'regular',
      align,
      breaks,
      valign: 'middle',
      leading: 1.25,
    }) as const;

  const heightOf = (cells: readonly TableCell[], title: boolean): number =>
    columns.reduce((highest, column, index) => {
      const cell = cells[index] ?? '';
      if (typeof cell !== 'string') return highest;
      const style = title ? titleStyle(column) : styleOf(column);
      // A column that may shrink gets the row's own height to shrink into first.
      const room = style.least < style.size ? { height: Math.max(highest, rowHeight) - 2 * PAD } : {};
      const set = pdf.setText(cell, { width: cellBox(index, 0).width - 2 * PAD, ...room }, style);
      return Math.max(highest, set.height + 2 * PAD);
    }, rowHeight);

  const titleStyle = (column: TableColumn) =>
    ({
      ...styleOf(column),
      size: Math.max(Math.min(size, 10), size * 0.65),
      least: 7,
      weight: 'bold',
      align: 'center',
      breaks: 'text',
    }) as const;

  const drawRow = (cells: readonly TableCell[], kind: 'title' | 'again' | 'row', shaded: boolean) => {
    const title = kind !== 'row';
    const height = heightOf(cells, title);
    const each = () =>
      columns.forEach((column, index) => {
        const cell = cells[index] ?? '';
        const box = cellBox(index, height);
        const inner = {
          x: box.x + PAD,
          y: box.y + PAD,
          width: box.width - 2 * PAD,
          height: box.height - 2 * PAD,
        };
        pdf.box(box, { weight: 0.5, ...(title || shaded ? { fill: 0.92 } : {}) });
        const style = title ? titleStyle(column) : styleOf(column);
        const content = () => {
          if (typeof cell === 'string') pdf.text(cell, inner, { ...style, artifact: kind === 'again' });
          else cell.draw(inner);
        };
        if (kind === 'again') content();
        else if (title) pdf.element('TH', { scope: 'Column' }, content);
        else if (column.heads) pdf.element('TH', { scope: 'Row' }, content);
        else pdf.element('TD', {}, content);
      });
    if (kind === 'again') each();
    else pdf.element('TR', {}, each);
    y += height;
  };

  const titles = columns.map(({ title }) => title);
  pdf.element('Table', {}, () => {
    if (!headless) drawRow(titles, 'title', false);
    rows.forEach((cells, index) => {
      if (y + heightOf(cells, false) > page.y + page.height + 0.5 && y > page.y + 1) {
        page = table.next();
        y = page.y;
        if (!headless) drawRow(titles, 'again', false);
      }
      drawRow(cells, 'row', table.shaded?.has(index) ?? false);
    });
  });
  return { y, area: page };
}
