/** Rows high enough to sign in; counts and signatures of the staff stay together below them. */
import type { AttendanceReport } from '#domain/reports/attendance.ts';
import { drawFields, drawSignatures } from './parts.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable, rowsToFit } from './table.ts';

/** Counts, signatures and names of the staff below the rows. */
const CLOSING = 92;

export function drawAttendance(sheets: ReportSheets, report: AttendanceReport): void {
  const [seat = '', name = '', ticket = '', idNumber = '', subject = '', signature = '', remarks = ''] =
    report.columns;
  const { pdf } = sheets;
  for (const room of report.rooms) {
    const page = { size: 'A4', title: room.title, lines: room.lines } as const;
    const next = () => sheets.next({ ...page, again: true });
    const first = sheets.next(page);
    const table = drawTable(sheets, first, {
      columns: [
        { title: seat, width: 1.1, align: 'center', bold: true, heads: true },
        { title: name, width: 2.5, breaks: 'name', least: 9 },
        { title: ticket, width: 2.6, align: 'center', least: 7 },
        { title: idNumber, width: 3, align: 'center', least: 7 },
        { title: subject, width: 1.9, align: 'center', least: 7 },
        { title: signature, width: 3 },
        { title: remarks, width: 1.6 },
      ],
      rows: room.rows.map((row) => [...row, '', '']),
      size: 11,
      rowHeight: rowsToFit(first.height, room.rows.length, { least: 18, most: 30, closing: CLOSING + 8 }),
      next,
    });
    const left = table.area.y + table.area.height - table.y;
    const area = left >= CLOSING ? { ...table.area, y: table.y + 8 } : next();
    let y = drawFields(pdf, area, room.counts, { columns: 3, rowHeight: 24, label: 0.45, size: 11 });
    drawSignatures(pdf, { ...area, y, height: 44 }, room.signatures);
    y += 47;
    pdf.text(room.invigilators, { x: area.x, y, width: area.width }, { size: 9 });
  }
}
