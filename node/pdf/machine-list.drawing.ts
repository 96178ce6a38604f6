/** The machines of a room as a table, by seat. */
import type { MachineListReport } from '#domain/reports/machine-list.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable, rowsToFit } from './table.ts';

export function drawMachineList(sheets: ReportSheets, report: MachineListReport): void {
  const [seat, machine, address, agent, enrolled, state] = report.columns;
  for (const room of report.rooms) {
    const page = { size: 'A4', title: room.title, lines: room.lines } as const;
    const area = sheets.next(page);
    const empty = room.rows.length === 0;
    const used = sheets.pdf.text(
      empty ? report.none : room.count,
      { x: area.x, y: area.y, width: area.width },
      { size: 11, weight: 'bold' },
    ).height;
    if (empty) continue;
    drawTable(
      sheets,
      { ...area, y: area.y + used + 6, height: area.height - used - 6 },
      {
        columns: [
          { title: seat, width: 1.1, align: 'center', bold: true, heads: true },
          { title: machine, width: 3.5, least: 6 },
          { title: address, width: 2.1, align: 'center', least: 6 },
          { title: agent, width: 4.2, least: 6 },
          { title: enrolled, width: 2.9, align: 'center', least: 6 },
          { title: state, width: 2, least: 6 },
        ],
        rows: room.rows,
        size: 9,
        rowHeight: rowsToFit(area.height - used - 6, room.rows.length, { least: 20, most: 24 }),
        next: () => sheets.next({ ...page, again: true }),
      },
    );
  }
}
