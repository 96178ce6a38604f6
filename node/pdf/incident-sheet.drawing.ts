/** One form a page: what is recorded is printed, what is not leaves room to write. */
import type { IncidentForm, IncidentSheetReport } from '#domain/reports/incident-sheet.ts';
import { drawFields, drawSignatures, drawTick, drawWritingLines } from './parts.ts';
import type { Box } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable } from './table.ts';

const SIGNATURES = 56;

export function drawIncidentSheet(sheets: ReportSheets, report: IncidentSheetReport): void {
  for (const room of report.rooms)
    for (const form of room.forms) {
      const page = { size: 'A4', title: room.title, lines: room.lines } as const;
      drawForm(sheets, report, form, sheets.next(page), () => sheets.next({ ...page, again: true }));
    }
}

function drawForm(
  sheets: ReportSheets,
  report: IncidentSheetReport,
  form: IncidentForm,
  first: Box,
  next: () => Box,
): void {
  const { pdf } = sheets;
  let y =
    drawFields(pdf, { ...first, y: first.y + 2 }, form.fields, { columns: 2, rowHeight: 24, label: 0.3 }) + 8;
  y = drawReasons(sheets, report, form, { ...first, y }) + 6;
  const [name, ticket, seat] = report.peopleColumns;
  const table = drawTable(
    sheets,
    { ...first, y, height: first.y + first.height - y },
    {
      columns: [
        { title: name, width: 4, breaks: 'name', least: 8 },
        { title: ticket, width: 4, align: 'center' },
        { title: seat, width: 1.5, align: 'center' },
      ],
      rows: form.people,
      size: 10.5,
      rowHeight: 23,
      next,
    },
  );
  let { area } = table;
  y = table.y + 8;
  const bottom = () => area.y + area.height;
  // Each part keeps its words together; what does not fit goes on to another page.
  const part = (title: string, text: string, least: number, share: number) => {
    const needed = pdf.setText(text, { width: area.width - 12 }, { size: 10.5 }).height + 30;
    const height = Math.max(needed, least, text === '' ? (bottom() - SIGNATURES - y) * share : 0);
    if (y + height > bottom()) {
      area = next();
      y = area.y;
    }
    const box = { ...area, y, height: Math.min(height, bottom() - y) };
    pdf.box(box);
    pdf.text(
      title,
      { ...box, x: box.x + 6, y: y + 4, height: 14 },
      { size: 10.5, weight: 'bold', tag: 'H2' },
    );
    const inside = { x: box.x + 6, y: y + 22, width: box.width - 12, height: box.height - 28 };
    if (text === '') drawWritingLines(pdf, inside, 25);
    else pdf.text(text, inside, { size: 10.5, least: 7 });
    y += box.height;
  };
  part(report.textTitle, form.text, 90, 0.6);
  if (form.notes.length > 0) part(report.notesTitle, form.notes.join('\n'), 40, 0);
  part(report.outcomeTitle, form.outcome, 70, 1);
  if (y + SIGNATURES > bottom()) {
    area = next();
    y = area.y;
  }
  drawSignatures(pdf, { ...area, y, height: SIGNATURES }, report.signatures);
}

/** All reasons in columns, the incident's ticked. Answers the y below. */
function drawReasons(
  sheets: ReportSheets,
  report: IncidentSheetReport,
  form: IncidentForm,
  area: Box,
): number {
  const { pdf } = sheets;
  pdf.text(report.reasonTitle, { ...area, height: 14 }, { size: 10.5, weight: 'bold', tag: 'H2' });
  const columns = 4;
  const width = area.width / columns;
  form.reasons.forEach(({ words, ticked }, index) => {
    const x = area.x + (index % columns) * width;
    const y = area.y + 19 + Math.floor(index / columns) * 18;
    // Words that are too long for their column shrink; none is cut.
    const size = Math.min(9.5, (9.5 * (width - 22)) / pdf.widthOf(words, 9.5));
    drawTick(pdf, x, y, words, size, ticked);
  });
  return area.y + 19 + Math.ceil(form.reasons.length / columns) * 18;
}
