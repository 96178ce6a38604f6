/** Draws reports that are told section by section (domain/reports/sections.ts): head, tables, photos, signatures. */
import type { Part, Section, SectionPhoto } from '#domain/reports/sections.ts';
import type { DrawingContext } from './drawing.ts';
import { drawFields, drawSignatures, drawWritingLines } from './parts.ts';
import type { Box } from './pdf-document.ts';
import type { ReportSheets } from './report-sheets.ts';
import { drawTable } from './table.ts';

const GAP = 8;
const SIZE = 10;
const SMALL = 7.5;
const CODE_SIDE = 150;
const SIGNATURE = 54;
const LINE_STEP = 26;
const PHOTO_GAP = 10;
const PHOTO_HEIGHT = 300;

export function drawParts(sheets: ReportSheets, report: { parts: Part[] }, context: DrawingContext): void {
  for (const part of report.parts) new PartPages(sheets, part, context).draw();
}

/** The pages of one part, filled from top to bottom. */
class PartPages {
  readonly #sheets: ReportSheets;
  readonly #part: Part;
  readonly #context: DrawingContext;
  #area: Box;
  #y: number;

  constructor(sheets: ReportSheets, part: Part, context: DrawingContext) {
    this.#sheets = sheets;
    this.#part = part;
    this.#context = context;
    this.#area = this.#page(false);
    this.#y = this.#area.y;
  }

  draw(): void {
    this.#part.sections.forEach((section, i) => {
      // A heading stays with the beginning of what it names.
      if (section.t === 'heading') this.#need(24 + this.#least(this.#part.sections[i + 1]));
      this.#section(section);
    });
  }

  #page(again: boolean): Box {
    const { title, lines } = this.#part;
    return this.#sheets.next({ size: this.#context.size, title, lines, again });
  }

  #break(): Box {
    this.#area = this.#page(true);
    this.#y = this.#area.y;
    return this.#area;
  }

  #bottom(): number {
    return this.#area.y + this.#area.height;
  }

  /** Begins a page where so many points are not left. */
  #need(height: number): void {
    if (this.#y + height > this.#bottom() && this.#y > this.#area.y + 1) this.#break();
  }

  #least(section: Section | undefined): number {
    switch (section?.t) {
      case 'photos':
        return Math.min(PHOTO_HEIGHT, this.#area.height / 2) + 40;
      case 'code':
        return CODE_SIDE;
      case 'fields':
        return 44;
      default:
        return 40;
    }
  }

  #section(section: Section): void {
    switch (section.t) {
      case 'heading':
        this.#y += this.#y > this.#area.y + 1 ? 4 : 0;
        this.#y +=
          this.#sheets.pdf.text(section.text, this.#line(), { size: 12, weight: 'bold', tag: 'H2' }).height +
          4;
        return;
      case 'text':
        this.#paragraphs(section.text, section.small ? 8.5 : SIZE);
        return;
      case 'quote':
        this.#quote(section.text);
        return;
      case 'fields':
        this.#fields(section.pairs, section.columns);
        return;
      case 'table':
        this.#table(section);
        return;
      case 'photos':
        this.#photos(section.photos);
        return;
      case 'code':
        this.#code(section);
        return;
      case 'lines':
        this.#lines(section);
        return;
      case 'signatures':
        this.#need(SIGNATURE + GAP);
        drawSignatures(this.#sheets.pdf, { ...this.#line(), height: SIGNATURE }, section.words);
        this.#y += SIGNATURE + GAP;
        return;
    }
  }

  #line(): Omit<Box, 'height'> {
    return { x: this.#area.x, y: this.#y, width: this.#area.width };
  }

  /** Line by line, so that a long text goes on over pages. */
  #paragraphs(text: string, size: number): void {
    const { pdf } = this.#sheets;
    const step = size * 1.4;
    for (const line of pdf.setText(text, { width: this.#area.width }, { size }).lines) {
      this.#need(step);
      pdf.text(line, this.#line(), { size });
      this.#y += step;
    }
    this.#y += GAP / 2;
  }

  /** In a frame; a text that is longer than the page goes on in a frame on the next. */
  #quote(text: string): void {
    const { pdf } = this.#sheets;
    const step = SIZE * 1.45;
    const pad = 5;
    const width = this.#area.width - 2 * pad;
    const lines = [...pdf.setText(text, { width }, { size: SIZE }).lines];
    while (lines.length > 0) {
      this.#need(Math.min(lines.length, 2) * step + 2 * pad);
      const fits = Math.max(1, Math.floor((this.#bottom() - this.#y - 2 * pad) / step));
      const now = lines.splice(0, fits);
      const height = now.length * step + 2 * pad;
      pdf.box({ ...this.#line(), height }, { weight: 0.6 });
      now.forEach((line, i) => {
        const y = this.#y + pad + i * step;
        pdf.text(line, { x: this.#area.x + pad, y, width: width + 1 }, { size: SIZE });
      });
      this.#y += height;
      if (lines.length > 0) this.#break();
    }
    this.#y += GAP;
  }

  #fields(pairs: readonly [string, string][], columns: number): void {
    const label = columns === 1 ? 0.16 : 0.28;
    for (let first = 0; first < pairs.length; first += columns) {
      this.#need(22);
      this.#y = drawFields(this.#sheets.pdf, this.#line(), pairs.slice(first, first + columns), {
        columns,
        label,
      });
    }
    this.#y += GAP;
  }

  #table({ columns, rows, empty, small }: Extract<Section, { t: 'table' }>): void {
    if (rows.length === 0) {
      this.#paragraphs(empty, SIZE);
      return;
    }
    this.#need(40);
    const size = small ? SMALL : 9.5;
    const area = { ...this.#area, y: this.#y, height: this.#bottom() - this.#y };
    const { y, area: last } = drawTable(this.#sheets, area, {
      columns: columns.map(({ title, width, align, name }) => ({
        title,
        width,
        ...(align ? { align } : {}),
        ...(name ? { breaks: 'name' as const } : {}),
      })),
      rows,
      size,
      rowHeight: small ? 13 : 19,
      next: () => this.#break(),
    });
    if (last !== area) this.#area = last;
    this.#y = y + GAP;
  }

  /** Upright pictures two in a row, wide ones each over the whole width. */
  #photos(photos: readonly SectionPhoto[]): void {
    const { pdf } = this.#sheets;
    for (let i = 0; i < photos.length; ) {
      const [first, second] = [photos[i], photos[i + 1]];
      if (!first) break;
      const pair = second && first.ratio < 1.2 && second.ratio < 1.2 ? [first, second] : [first];
      const width =
        (this.#area.width - PHOTO_GAP) / (pair.length === 2 ? 2 : 1) - (pair.length === 2 ? 0 : -PHOTO_GAP);
      const captions = pair.map(
        ({ caption }) => pdf.setText(caption, { width }, { size: 8, leading: 1.25 }).height,
      );
      const most = this.#area.height - Math.max(...captions) - 12;
      const height = Math.min(
        most,
        PHOTO_HEIGHT,
        Math.max(...pair.map(({ ratio }) => width / Math.max(0.3, ratio))),
      );
      const whole = height + Math.max(...captions) + 10;
      this.#need(whole);
      pair.forEach((photo, at) => {
        const x = this.#area.x + at * (width + PHOTO_GAP);
        const box = { x, y: this.#y, width, height };
        const bytes = this.#context.photos.get(photo.sha256);
        pdf.box(box, { weight: 0.4, grey: 0.4 });
        if (bytes) pdf.image(photo.sha256, bytes, box, photo.caption);
        pdf.text(
          photo.caption,
          { x, y: this.#y + height + 3, width },
          { size: 8, leading: 1.25, tag: 'Caption' },
        );
      });
      this.#y += whole;
      i += pair.length;
    }
    this.#y += GAP;
  }

  #code({ code, words, text }: Extract<Section, { t: 'code' }>): void {
    this.#need(CODE_SIDE + GAP);
    const { pdf } = this.#sheets;
    pdf.qr(code, { x: this.#area.x, y: this.#y, side: CODE_SIDE }, words);
    const x = this.#area.x + CODE_SIDE + 12;
    const beside = { x, y: this.#y + 8, width: this.#area.width - CODE_SIDE - 12 };
    const set = pdf.text(words, beside, { size: SIZE, weight: 'bold' });
    pdf.text(
      text,
      { ...beside, y: beside.y + set.height + 6, height: CODE_SIDE - 40 },
      { size: 9, least: 7, leading: 1.4 },
    );
    this.#y += CODE_SIDE + GAP;
  }

  #lines({ title, count }: Extract<Section, { t: 'lines' }>): void {
    const height = count * LINE_STEP;
    this.#need(height + 24);
    this.#y += this.#sheets.pdf.text(title, this.#line(), { size: 11, weight: 'bold' }).height;
    drawWritingLines(this.#sheets.pdf, { ...this.#line(), height }, LINE_STEP);
    this.#y += height + GAP + 4;
  }
}
