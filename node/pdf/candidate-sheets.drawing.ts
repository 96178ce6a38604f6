/** Answer sheets with lines, scratch sheets without; the candidate's code at the top left, where scanners look first. */
import type {
  AnswerSheetsReport,
  CandidateSheet,
  ScratchSheetsReport,
} from '#domain/reports/candidate-sheets.ts';
import { drawFields, drawWritingLines } from './parts.ts';
import { type Box, millimetres } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';

const QR = millimetres(27);
/** Room for handwriting. */
const LINE = millimetres(9);

export function drawAnswerSheets(sheets: ReportSheets, report: AnswerSheetsReport): void {
  for (const sheet of report.sheets) {
    const rest = drawHead(sheets, report, sheet);
    sheets.pdf.box(rest, { weight: 0.8 });
    drawWritingLines(sheets.pdf, { ...rest, height: rest.height - LINE / 2 }, LINE);
  }
}

export function drawScratchSheets(sheets: ReportSheets, report: ScratchSheetsReport): void {
  for (const sheet of report.sheets)
    sheets.pdf.box(drawHead(sheets, report, sheet), { weight: 0.8, dash: [2, 3] });
}

/** Draws what says whose sheet it is; answers the area to write in. */
function drawHead(
  sheets: ReportSheets,
  report: AnswerSheetsReport | ScratchSheetsReport,
  sheet: CandidateSheet,
): Box {
  const area = sheets.next({ size: 'A4', frame: 'slim', pageText: sheet.page });
  const { pdf } = sheets;
  pdf.qr(sheet.qr, { x: area.x, y: area.y, side: QR }, report.qrWords, 'Q');
  const x = area.x + QR + 10;
  const width = area.width - QR - 10;
  pdf.text(
    report.sheetTitle,
    { x, y: area.y, width: width * 0.6, height: 22 },
    { size: 17, least: 11, weight: 'bold', valign: 'middle', tag: 'H1' },
  );
  pdf.text(
    sheet.page,
    { x: x + width * 0.6, y: area.y, width: width * 0.4, height: 22 },
    { size: 12, least: 8, weight: 'bold', align: 'right', valign: 'middle' },
  );
  pdf.text(report.exam, { x, y: area.y + 22, width, height: 14 }, { size: 10, least: 7, valign: 'middle' });
  const below = drawFields(pdf, { x, y: area.y + 38, width }, sheet.fields, {
    columns: 2,
    size: 9.5,
    rowHeight: 17,
    label: 0.28,
  });
  const y = Math.max(area.y + QR, below) + 3;
  pdf.text(
    report.advice,
    { x: area.x, y, width: area.width, height: 13 },
    { size: 9, least: 6.5, valign: 'middle' },
  );
  const top = y + 17;
  return { ...area, y: top, height: area.y + area.height - top };
}
