/**
 * Pages of a report with head and foot. A drawing asks for a page and gets the box it may draw in:
 *
 *   const area = sheets.next({ size: 'A4', title: '第01考场 座次表' });
 *   sheets.pdf.text('…', { x: area.x, y: area.y, width: area.width }, { size: 10 });
 *
 * `full` has the title, its lines and the report's QR in the head; `slim` has the QR and the foot line at the bottom alone,
 * for sheets that are handed to candidates. `again: true` says that the page goes on with the same matter: the head is
 * drawn the same and not read aloud twice.
 */
import type { ReportHead } from '#domain/reports/report.ts';
import { type Box, millimetres, type PaperSize, type PdfDocument } from './pdf-document.ts';

export const MARGIN = millimetres(12);
/** Height of the head, points; larger paper is read from further away. */
const HEAD: Readonly<Record<PaperSize, number>> = { A4: 64, A3: 84 };
const FULL_FOOT = 22;
const SLIM_FOOT = 58;

export interface PageRequest {
  size: PaperSize;
  landscape?: boolean;
  frame?: 'full' | 'slim';
  /** Default: the report's title. */
  title?: string;
  /** Default: those of the report's head. */
  lines?: readonly string[];
  again?: boolean;
  /** Instead of page n of N of the file, for sheets that count by candidate. */
  pageText?: string;
}

export class ReportSheets {
  readonly pdf: PdfDocument;
  readonly #head: ReportHead;
  readonly #qr: string;
  readonly #pages: PageRequest[] = [];

  constructor(pdf: PdfDocument, head: ReportHead, qr: string) {
    this.pdf = pdf;
    this.#head = head;
    this.#qr = qr;
  }

  next(request: PageRequest): Box {
    this.pdf.addPage(request);
    this.#pages.push(request);
    const { width, height } = this.pdf.page;
    const slim = request.frame === 'slim';
    const top = slim ? MARGIN : MARGIN + HEAD[request.size] + 8;
    const foot = slim ? SLIM_FOOT + 6 : FULL_FOOT;
    if (!slim) this.#drawHead(request, width - 2 * MARGIN);
    return { x: MARGIN, y: top, width: width - 2 * MARGIN, height: height - top - MARGIN - foot };
  }

  #drawHead({ size, title, lines, again = false }: PageRequest, width: number): void {
    const height = HEAD[size];
    const scale = height / HEAD.A4;
    const box = { x: MARGIN, y: MARGIN, width: width - height - 10 };
    this.pdf.text(
      title ?? this.#head.title,
      { ...box, height: 26 * scale },
      { size: 18 * scale, least: 11, weight: 'bold', valign: 'middle', tag: 'H1', artifact: again },
    );
    this.pdf.text(
      (lines ?? this.#head.lines).join('\n'),
      { ...box, y: MARGIN + 27 * scale, height: height - 27 * scale },
      { size: 10 * scale, least: 7, leading: 1.35, artifact: again },
    );
    const code = { x: MARGIN + width - height, y: MARGIN - 2, side: height };
    const mark = () => this.pdf.qr(this.#qr, code, this.#head.markWords, 'L');
    if (again) this.pdf.artifact(mark);
    else mark();
    const below = MARGIN + height + 2;
    this.pdf.rule(MARGIN, below, MARGIN + width, below, { weight: 1 });
  }

  /** Foot lines; when all pages are drawn, for only then their number is known. */
  drawFeet(): void {
    this.pdf.onEveryPage((page, pages) => {
      const request = this.#pages[page - 1];
      const { width, height } = this.pdf.page;
      const slim = request?.frame === 'slim';
      const right = width - MARGIN - (slim ? SLIM_FOOT + 6 : 0);
      const y = height - MARGIN - 12;
      const pageText =
        request?.pageText ?? this.#head.pageWords.replace('{n}', String(page)).replace('{of}', String(pages));
      const numberWidth = Math.max(90, this.pdf.widthOf(pageText, 9) + 8);
      this.pdf.rule(MARGIN, y - 4, right, y - 4, { weight: 0.4 });
      this.pdf.text(
        this.#head.foot,
        { x: MARGIN, y: y - 1, width: right - MARGIN - numberWidth, height: 12 },
        { size: 8, least: 5.5, valign: 'middle', artifact: true },
      );
      this.pdf.text(
        pageText,
        { x: right - numberWidth, y: y - 1, width: numberWidth, height: 12 },
        { size: 9, least: 7, align: 'right', valign: 'middle', artifact: true },
      );
      if (slim)
        this.pdf.artifact(() =>
          this.pdf.qr(
            this.#qr,
            { x: width - MARGIN - SLIM_FOOT, y: height - MARGIN - SLIM_FOOT, side: SLIM_FOOT },
            this.#head.markWords,
            'L',
          ),
        );
    });
  }
}
