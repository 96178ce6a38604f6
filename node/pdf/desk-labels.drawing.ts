/** Ten labels a page, the seat's number as large as the label bears. */
import type { DeskLabel, DeskLabelsReport } from '#domain/reports/desk-labels.ts';
import { drawCutGrid, pagesOf } from './cut-grid.ts';
import type { Box, PdfDocument } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';

const GRID = { columns: 2, rows: 5 };

export function drawDeskLabels(sheets: ReportSheets, report: DeskLabelsReport): void {
  for (const room of report.rooms)
    pagesOf(room.labels, GRID).forEach((labels, index) => {
      const area = sheets.next({ size: 'A4', title: room.title, lines: room.lines, again: index > 0 });
      const grid = { x: area.x + 8, y: area.y + 8, width: area.width - 16, height: area.height - 16 };
      drawCutGrid(sheets.pdf, grid, GRID, labels, (label, box) => drawLabel(sheets.pdf, label, box));
    });
}

function drawLabel(pdf: PdfDocument, { room, seat, name, small }: DeskLabel, box: Box): void {
  const inner = { x: box.x + 10, y: box.y + 6, width: box.width - 20, height: box.height - 12 };
  pdf.element('Sect', {}, () => {
    const center = { align: 'center', valign: 'middle' } as const;
    pdf.text(room, { ...inner, height: 13 }, { size: 10, least: 6, ...center });
    const y = inner.y + 13;
    const bottom = inner.y + inner.height;
    const nameHeight = name === '' ? 0 : 30;
    const seatBox = { ...inner, y, height: bottom - 15 - nameHeight - y };
    pdf.text(seat, seatBox, { size: 72, least: 20, weight: 'bold', leading: 1, ...center });
    pdf.text(
      name,
      { ...inner, y: bottom - 15 - nameHeight, height: nameHeight },
      { size: 22, least: 11, weight: 'bold', breaks: 'name', leading: 1.1, ...center },
    );
    pdf.text(
      small,
      { ...inner, y: bottom - 14, height: 14 },
      { size: name === '' ? 12 : 10.5, least: 6, ...center },
    );
  });
}
