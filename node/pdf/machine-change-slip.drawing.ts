/** One form a page and what the room has to offer below it. */
import type { MachineChangeSlipReport } from '#domain/reports/machine-change-slip.ts';
import { drawFields, drawSignatures, drawTick } from './parts.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable } from './table.ts';

export function drawMachineChangeSlip(sheets: ReportSheets, report: MachineChangeSlipReport): void {
  const { pdf } = sheets;
  for (const room of report.rooms) {
    const page = { size: 'A4', title: room.title, lines: room.lines } as const;
    const area = sheets.next(page);
    let y = drawFields(pdf, { ...area, y: area.y + 4 }, report.fields, {
      columns: 2,
      size: 11.5,
      rowHeight: 36,
    });
    y += 14;
    pdf.text(report.reasonTitle, { ...area, y, height: 16 }, { size: 11.5, weight: 'bold', tag: 'H2' });
    y += 22;
    let x = area.x;
    for (const reason of report.reasons) {
      if (x + pdf.widthOf(reason, 11) + 30 > area.x + area.width) {
        x = area.x;
        y += 24;
      }
      x = drawTick(pdf, x, y, reason, 11) + 22;
    }
    y += 28;
    pdf.box({ ...area, y, height: 110 });
    pdf.text(report.remarks, { ...area, x: area.x + 4, y: y + 3, height: 12 }, { size: 9, grey: 0.2 });
    y += 110;
    drawSignatures(pdf, { ...area, y, height: 60 }, report.signatures);
    y += 60 + 20;
    pdf.text(report.sparesTitle, { ...area, y, height: 16 }, { size: 11.5, weight: 'bold', tag: 'H2' });
    y += 22;
    if (room.spares.length === 0) {
      pdf.text(report.noSpares, { x: area.x, y, width: area.width }, { size: 11 });
      continue;
    }
    const [seat, machine, address] = report.spareColumns;
    drawTable(
      sheets,
      { ...area, y, height: area.y + area.height - y },
      {
        columns: [
          { title: seat, width: 1, align: 'center', bold: true, heads: true },
          { title: machine, width: 4, align: 'center', least: 7 },
          { title: address, width: 3, align: 'center', least: 7 },
        ],
        rows: room.spares,
        size: 11,
        rowHeight: 22,
        next: () => sheets.next({ ...page, again: true }),
      },
    );
  }
}
