/** Two admission tickets a page, to be cut apart along the dashes. */
import type { Ticket, TicketsReport } from '#domain/reports/tickets.ts';
import type { DrawingContext } from './drawing.ts';
import { drawFields } from './parts.ts';
import { type Box, millimetres, type PdfDocument } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable } from './table.ts';

/** The size of a photo for Chinese certificates (一寸 is 25 × 35 mm; here a little larger, for faces are compared). */
const PHOTO = { width: millimetres(33), height: millimetres(44) };
const QR = millimetres(32);
/** Least height for the rules at the foot of a ticket, points. */
const RULES = 75;

export function drawTickets(sheets: ReportSheets, report: TicketsReport, { photos }: DrawingContext): void {
  for (let first = 0; first < report.tickets.length; first += 2) {
    const area = sheets.next({ size: 'A4', frame: 'slim' });
    const height = (area.height - 8) / 2;
    report.tickets.slice(first, first + 2).forEach((ticket, index) => {
      const box = { ...area, y: area.y + index * (height + 8), height };
      const photo = ticket.photo === null ? undefined : photos.get(ticket.photo);
      sheets.pdf.element('Sect', {}, () => drawTicket(sheets, report, ticket, photo, box));
    });
    const middle = area.y + height + 4;
    sheets.pdf.rule(0, middle, area.x * 2 + area.width, middle, { weight: 0.5, grey: 0.4, dash: [5, 4] });
  }
}

function drawTicket(
  sheets: ReportSheets,
  report: TicketsReport,
  ticket: Ticket,
  photo: Uint8Array | undefined,
  box: Box,
): void {
  const { pdf } = sheets;
  pdf.box(box, { weight: 1 });
  const inner = { x: box.x + 10, y: box.y + 6, width: box.width - 20, height: box.height - 12 };
  const centered = { align: 'center', valign: 'middle' } as const;
  pdf.text(report.exam, { ...inner, height: 18 }, { size: 13, least: 8, ...centered });
  pdf.text(
    report.ticketTitle,
    { ...inner, y: inner.y + 18, height: 26 },
    { size: 20, least: 12, weight: 'bold', tag: 'H1', ...centered },
  );
  const top = inner.y + 50;
  const fieldsWidth = inner.width - PHOTO.width - QR - 20;
  const fields = { x: inner.x, y: top, width: fieldsWidth };
  const below = drawFields(pdf, fields, ticket.fields, {
    columns: 1,
    size: 11,
    rowHeight: 20.7,
    label: 0.3,
  });
  drawPhoto(pdf, report, ticket, photo, { x: inner.x + fieldsWidth + 10, y: top, ...PHOTO });
  const code = { x: inner.x + inner.width - QR, y: top + 4, side: QR };
  pdf.qr(ticket.ticket, code, report.qrWords, 'M');
  pdf.text(
    ticket.ticket,
    { x: code.x - 4, y: code.y + QR + 2, width: QR + 8, height: 11 },
    { size: 9, least: 6, artifact: true, ...centered },
  );
  const y = Math.max(below, top + PHOTO.height) + 7;
  const [subject, when, room, seat] = report.columns;
  const rowHeight = Math.min(21, (box.y + box.height - y - RULES) / (ticket.sittings.length + 1));
  const table = drawTable(
    sheets,
    { ...inner, y, height: box.y + box.height - y },
    {
      columns: [
        { title: subject, width: 3, align: 'center', least: 5 },
        { title: when, width: 5, align: 'center', least: 5 },
        { title: room, width: 2.4, align: 'center', least: 5 },
        { title: seat, width: 1.3, align: 'center', bold: true },
      ],
      rows: ticket.sittings,
      size: Math.min(11, rowHeight * 0.62),
      rowHeight,
      // Rows were made to fit; a ticket never goes on elsewhere.
      next: () => inner,
    },
  );
  drawRules(pdf, report, { ...inner, y: table.y + 6, height: box.y + box.height - 5 - table.y - 6 });
}

function drawPhoto(
  pdf: PdfDocument,
  report: TicketsReport,
  ticket: Ticket,
  photo: Uint8Array | undefined,
  box: Box,
): void {
  if (photo && ticket.photo !== null)
    pdf.image(ticket.photo, photo, box, `${report.photoWords} ${ticket.name}`);
  else pdf.text(report.photoWords, box, { size: 10, grey: 0.45, align: 'center', valign: 'middle' });
  pdf.box(box, { weight: 0.6 });
}

/** Numbered rules, in the size at which all of them fit. */
function drawRules(pdf: PdfDocument, { rulesTitle, rules }: TicketsReport, area: Box): void {
  const title = pdf.text(
    rulesTitle,
    { x: area.x, y: area.y, width: area.width },
    { size: 10.5, weight: 'bold' },
  );
  const text = rules.map((rule, index) => `${index + 1}. ${rule}`).join('\n');
  const y = area.y + title.height + 3;
  const rest = { ...area, y, height: area.y + area.height - y };
  pdf.text(text, rest, { size: 10.5, least: 6, leading: 1.45 });
}
