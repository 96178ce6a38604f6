/**
 * Equal pieces on a page, to be cut apart: dashed lines between them, and marks at the rim where a cutter is laid on.
 *
 *   drawCutGrid(pdf, area, { columns: 2, rows: 5 }, labels, (label, box) => …)   draws the first columns × rows of them
 */
import type { Box, PdfDocument } from './pdf-document.ts';

export interface Grid {
  columns: number;
  rows: number;
}

const MARK = 9;

export function drawCutGrid<T>(
  pdf: PdfDocument,
  area: Box,
  { columns, rows }: Grid,
  pieces: readonly T[],
  draw: (piece: T, box: Box) => void,
): void {
  const width = area.width / columns;
  const height = area.height / rows;
  const dash: [number, number] = [4, 3];
  for (let column = 0; column <= columns; column += 1) {
    const x = area.x + column * width;
    pdf.rule(x, area.y, x, area.y + area.height, { weight: 0.4, grey: 0.45, dash });
    pdf.rule(x, area.y - MARK, x, area.y - 2, { weight: 0.8 });
    pdf.rule(x, area.y + area.height + 2, x, area.y + area.height + MARK, { weight: 0.8 });
  }
  for (let row = 0; row <= rows; row += 1) {
    const y = area.y + row * height;
    pdf.rule(area.x, y, area.x + area.width, y, { weight: 0.4, grey: 0.45, dash });
    pdf.rule(area.x - MARK, y, area.x - 2, y, { weight: 0.8 });
    pdf.rule(area.x + area.width + 2, y, area.x + area.width + MARK, y, { weight: 0.8 });
  }
  pieces.slice(0, columns * rows).forEach((piece, index) => {
    draw(piece, {
      x: area.x + (index % columns) * width,
      y: area.y + Math.floor(index / columns) * height,
      width,
      height,
    });
  });
}

/** Pieces page by page; at least one page, so that a room with none is not passed over in silence. */
export function pagesOf<T>(pieces: readonly T[], { columns, rows }: Grid): T[][] {
  const pages: T[][] = [];
  for (let from = 0; from === 0 || from < pieces.length; from += columns * rows)
    pages.push(pieces.slice(from, from + columns * rows));
  return pages;
}
