/** Large lines to be read at a door; A3 is read from three steps away. */
import type { DoorListReport } from '#domain/reports/door-list.ts';
import type { DrawingContext } from './drawing.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable, rowsToFit } from './table.ts';

const SIZES = {
  A4: { size: 14, rows: { least: 19.5, most: 28 } },
  A3: { size: 20, rows: { least: 28, most: 40 } },
} as const;

export function drawDoorList(sheets: ReportSheets, report: DoorListReport, { size }: DrawingContext): void {
  const [seat, name, ticket, subject] = report.columns;
  for (const room of report.rooms) {
    const page = { size, title: room.title, lines: room.lines };
    const area = sheets.next(page);
    const set = sheets.pdf.text(
      room.count,
      { x: area.x, y: area.y, width: area.width },
      { size: SIZES[size].size - 2, weight: 'bold' },
    );
    const used = set.height + 6;
    drawTable(
      sheets,
      { ...area, y: area.y + used, height: area.height - used },
      {
        columns: [
          { title: seat, width: 1.4, align: 'center', bold: true, heads: true },
          { title: name, width: 4, breaks: 'name', least: SIZES[size].size - 4 },
          { title: ticket, width: 3.6, align: 'center', least: SIZES[size].size - 4 },
          { title: subject, width: 3, align: 'center', least: SIZES[size].size - 6 },
        ],
        rows: room.rows,
        size: SIZES[size].size,
        rowHeight: rowsToFit(area.height - used, room.rows.length, SIZES[size].rows),
        next: () => sheets.next({ ...page, again: true }),
      },
    );
  }
}
