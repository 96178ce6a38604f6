/**
 * From a report object to a PDF: the one entry of this folder.
 *
 *   const bytes = await drawReport(report, { qr, size: 'A4', photos });
 *   const { bytes, pages } = await drawPages(report, …)      the same, with the number of pages
 *
 * Runs on whatever thread it is called: seconds for a site's tickets, so the box calls it in a child process.
 * Throws MissingGlyphsError (code `report/glyph`) before anything is drawn.
 */
import { textsOf } from '#domain/reports/report.ts';
import type { AnyReport } from '#domain/reports/reports.ts';
import type { Drawing, DrawingContext } from './drawing.ts';
import { DRAWINGS } from './drawings.ts';
import { FontBook } from './font-book.ts';
import { type PaperSize, PdfDocument } from './pdf-document.ts';
import { ReportSheets } from './report-sheets.ts';
import { drawWatermark } from './watermark.ts';

export interface DrawOptions {
  /** What the code on every page says: the address for checking with the signed mark. */
  qr: string;
  /** Default A4. Kinds that are made in one size alone pass it over. */
  size?: PaperSize;
  /** JPEG or PNG by the photo's SHA-256 as the report names it; a frame is left where one is missing. */
  photos?: ReadonlyMap<string, Uint8Array>;
}

export async function drawReport(report: AnyReport, options: DrawOptions): Promise<Uint8Array> {
  return (await drawPages(report, options)).bytes;
}

export async function drawPages(
  report: AnyReport,
  { qr, size = 'A4', photos = new Map() }: DrawOptions,
): Promise<{ bytes: Uint8Array; pages: number }> {
  const { head, lang } = report;
  const pdf = new PdfDocument(FontBook.of(textsOf(report)), {
    title: `${head.title} ${head.report}`,
    lang,
    madeWall: head.madeWall,
    author: head.site,
  });
  const sheets = new ReportSheets(pdf, head, qr);
  draw(sheets, report, { size, photos });
  // Nobody to make sheets for: a page that says which report it is, for a PDF without pages is none.
  if (pdf.pages === 0) sheets.next({ size });
  sheets.drawFeet();
  if (head.watermark !== null) drawWatermark(pdf, head.watermark);
  return pdf.finish();
}

/** Draws a report onto sheets that may belong to another one (a pack of several). */
export function draw(sheets: ReportSheets, report: AnyReport, context: DrawingContext): void {
  // Each kind's drawing takes that kind's report: the table's type says so, TypeScript cannot follow it through a union.
  const drawing = DRAWINGS[report.kind] as Drawing<AnyReport>;
  drawing(sheets, report, context);
}
