/** Slips to draw, forty a page. */
import type { DrawSlipsReport } from '#domain/reports/draw-slips.ts';
import { drawCutGrid, pagesOf } from './cut-grid.ts';
import type { ReportSheets } from './report-sheets.ts';

const GRID = { columns: 4, rows: 10 };

export function drawDrawSlips(sheets: ReportSheets, report: DrawSlipsReport): void {
  const { pdf } = sheets;
  for (const room of report.rooms)
    pagesOf(room.seats, GRID).forEach((seats, index) => {
      const page = {
        size: 'A4',
        title: room.title,
        lines: room.lines,
        again: index > 0,
      } as const;
      const area = sheets.next(page);
      pdf.text(room.count, { ...area, height: 14 }, { size: 10, least: 7, artifact: index > 0 });
      const grid = { x: area.x + 8, y: area.y + 26, width: area.width - 16, height: area.height - 36 };
      drawCutGrid(pdf, grid, GRID, seats, (seat, box) => {
        const inner = { x: box.x + 6, y: box.y + 5, width: box.width - 12, height: box.height - 10 };
        const center = { align: 'center', valign: 'middle' } as const;
        pdf.element('Sect', {}, () => {
          pdf.text(room.room, { ...inner, height: 12 }, { size: 9.5, least: 5, ...center });
          const big = { ...inner, y: inner.y + 12, height: inner.height - 22 };
          pdf.text(seat, big, { size: 30, least: 12, weight: 'bold', leading: 1, ...center });
          const y = inner.y + inner.height - 10;
          pdf.text(room.session, { ...inner, y, height: 10 }, { size: 8, least: 5, ...center });
        });
      });
    });
}
