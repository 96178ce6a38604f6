/**
 * One PDF being drawn: tagged (PDF 1.7), fonts cut to its characters, lengths in points (1/72 inch), origin at the top left.
 *
 *   const pdf = new PdfDocument(FontBook.of(texts), { title, lang: 'zh-CN', madeWall, site });
 *   pdf.addPage({ size: 'A4', landscape: false });
 *   pdf.element('Table', {}, () => …);                 nests tags; text, image and qr tag themselves inside it
 *   pdf.text('张三', { x, y, width, height }, { size: 12, breaks: 'name' });
 *   const { bytes, pages } = pdf.finish();
 *
 * Whatever is drawn outside text, image and qr (rules, boxes) is an artifact: readers aloud pass it by. Draw in reading
 * order: the order of the page is the order in which a text is extracted.
 */
import PDFKit from 'pdfkit';
import type { FontWeight } from '#node/fonts/font-sources.ts';
import { ByteSink } from './byte-sink.ts';
import { fitText, LEADING, type SetText, type TextStyle, type TextTag } from './fit-text.ts';
import type { FontBook } from './font-book.ts';
import { LateLayer } from './late-layer.ts';
import { forgetLayouts, paintText } from './paint-text.ts';
import { QrForms, type QrLevel, QUIET } from './qr.ts';

export type PaperSize = 'A4' | 'A3';

/** Portrait, points. */
export const PAPER: Readonly<Record<PaperSize, { width: number; height: number }>> = {
  A4: { width: 595.28, height: 841.89 },
  A3: { width: 841.89, height: 1190.55 },
};

export const millimetres = (mm: number): number => (mm * 72) / 25.4;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type GroupTag = 'Document' | 'Part' | 'Sect' | 'Table' | 'TR' | 'L' | 'LI';
const HOLDS_TEXT: ReadonlySet<string> = new Set(['P', 'H1', 'H2', 'TH', 'TD', 'Caption', 'Lbl', 'LBody']);

/** Top of the em box to the baseline; Chinese glyphs fill the em box. */
const BASELINE = 0.86;
/** Texts whose widths and glyphs are kept for the next time. */
const REMEMBERED = 600;

export interface PdfHead {
  title: string;
  lang: string;
  /** Wall time in milliseconds: the date inside the file, so that the same report gives the same bytes. */
  madeWall: number;
  author: string;
}

/** Parts of pdfkit that its type package lacks or knows too narrowly. */
type Element = PDFKit.PDFStructureElement & { end(): void };

export class PdfDocument {
  readonly #doc: PDFKit.PDFDocument;
  readonly #fonts: FontBook;
  readonly #sink = new ByteSink();
  readonly #widths = new Map<string, number>();
  readonly #images = new Map<string, unknown>();
  readonly #elements: { tag: string; element: Element }[] = [];
  readonly #codes: QrForms;
  readonly #layers: LateLayer[] = [];
  /** Something is being marked: what is drawn now belongs to it. */
  #marked = false;

  constructor(fonts: FontBook, head: PdfHead) {
    this.#fonts = fonts;
    this.#doc = new PDFKit({
      autoFirstPage: false,
      // No default font: pdfkit would embed Helvetica, which nothing uses. Its types know only a name here.
      font: null as unknown as string,
      pdfVersion: '1.7',
      tagged: true,
      displayTitle: true,
      lang: head.lang,
      info: {
        Title: head.title,
        Author: head.author,
        Producer: 'Gongyuan',
        Creator: 'Gongyuan',
        CreationDate: new Date(head.madeWall),
      },
    });
    // Bytes are taken as well as names; the types want a Buffer's ArrayBuffer.
    for (const { name, bytes } of fonts.fonts) this.#doc.registerFont(name, bytes as unknown as ArrayBuffer);
    // pdfkit is a stream, and a stream keeps all it is given while the drawing has the thread: pieces are taken from it here.
    const begun: unknown = this.#doc.read();
    if (begun instanceof Uint8Array) this.#sink.add(begun);
    this.#doc.push = (piece: Uint8Array | null) => {
      if (piece) this.#sink.add(piece);
      return true;
    };
    this.#codes = new QrForms(this.#doc);
    this.#open('Document', {});
  }

  // Pages

  addPage({ size, landscape = false }: { size: PaperSize; landscape?: boolean }): void {
    this.#layers.at(-1)?.refer();
    if (this.#widths.size > REMEMBERED) this.#forget();
    this.#doc.addPage({ size, layout: landscape ? 'landscape' : 'portrait', margin: 0 });
    this.#layers.push(new LateLayer(this.#doc));
  }

  /** A site's thousand names and numbers, each laid out glyph by glyph, would fill the memory that pages were kept out of. */
  #forget(): void {
    this.#widths.clear();
    this.#fonts.forget();
    for (const { name } of this.#fonts.fonts) forgetLayouts(this.#doc, name);
  }

  get pages(): number {
    return this.#layers.length;
  }

  get page(): Box {
    return { x: 0, y: 0, width: this.#doc.page.width, height: this.#doc.page.height };
  }

  /** Draws over every page, when all are there: foot lines with the number of pages, watermark. All of it is artifact. */
  onEveryPage(draw: (page: number, pages: number) => void): void {
    this.#layers.forEach((layer, index) => {
      layer.draw(() => draw(index + 1, this.#layers.length));
    });
  }

  finish(): { bytes: Uint8Array; pages: number } {
    while (this.#elements.length > 0) this.#close();
    this.#layers.at(-1)?.refer();
    for (const layer of this.#layers) layer.end();
    this.#doc.end();
    return { bytes: this.#sink.take(), pages: this.#layers.length };
  }

  // Tags

  /** Draws inside an element of the tag tree. `scope` is for TH. */
  element(
    tag: TextTag | GroupTag,
    options: { scope?: 'Row' | 'Column'; alt?: string },
    draw: () => void,
  ): void {
    this.#open(tag, options);
    draw();
    this.#close();
  }

  #open(tag: string, options: object): void {
    // struct() makes an element that can be ended by hand; the type package does not say so.
    const element = this.#doc.struct(tag, options) as Element;
    const parent = this.#elements.at(-1);
    if (parent) parent.element.add(element);
    else this.#doc.addStructure(element);
    this.#elements.push({ tag, element });
  }

  #close(): void {
    this.#elements.pop()?.element.end();
  }

  /** What `draw` paints is content of the innermost element. */
  #content(tag: string, draw: () => void): void {
    const marked = this.#doc.markStructureContent(tag);
    this.#marked = true;
    draw();
    this.#marked = false;
    this.#doc.endMarkedContent();
    this.#elements.at(-1)?.element.add(marked);
  }

  /** What `draw` paints is not read aloud: rules, boxes, foot lines, watermarks. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    if (this.#marked) {
      draw();
      return;
    }
    this.#doc.markContent('Artifact', { type });
    this.#marked = true;
    draw();
    this.#marked = false;
    this.#doc.endMarkedContent();
  }

  /** A picture with words for those who do not see it. */
  figure(alt: string, draw: () => void): void {
    if (this.#marked) {
      draw();
      return;
    }
    this.#open('Figure', { alt });
    this.#content('Figure', draw);
    this.#close();
  }

  // Text

  /** Width of one line in points. */
  widthOf(text: string, size: number, weight: FontWeight = 'regular'): number {
    const key = `${weight} ${text}`;
    let em = this.#widths.get(key);
    if (em === undefined) {
      em = 0;
      for (const run of this.#fonts.runs(text, weight))
        em += this.#doc.font(run.font, 100).widthOfString(run.text) / 100;
      this.#widths.set(key, em);
    }
    return em * size;
  }

  /** Lines of a text in a box at the largest size that fits; a box without height only wraps. */
  setText(text: string, box: { width: number; height?: number }, style: TextStyle): SetText {
    return fitText(text, box, style, (part) => this.widthOf(part, 1, style.weight));
  }

  /** Draws a text in a box, wrapped; answers how it was set. A box without height grows downwards. */
  text(text: string, box: Omit<Box, 'height'> & { height?: number }, style: TextStyle): SetText {
    const set = this.setText(text, box, style);
    if (text === '') return set;
    const spare = (box.height ?? set.height) - set.height;
    const top = box.y + (style.valign === 'middle' ? spare / 2 : style.valign === 'bottom' ? spare : 0);
    const draw = () => this.#lines(text, set, box.x, top, box.width, style);
    if (style.artifact) this.artifact(draw);
    else this.#textContent(style.tag, draw);
    return set;
  }

  #textContent(tag: TextTag | undefined, draw: () => void): void {
    const innermost = this.#elements.at(-1)?.tag ?? '';
    if (this.#marked) draw();
    else if (tag === undefined && HOLDS_TEXT.has(innermost)) this.#content(innermost, draw);
    else
      this.element(tag ?? 'P', {}, () => {
        this.#content(tag ?? 'P', draw);
      });
  }

  #lines(text: string, set: SetText, x: number, top: number, width: number, style: TextStyle): void {
    const { weight = 'regular', align = 'left', leading = LEADING, grey = 0 } = style;
    const doc = this.#doc;
    doc.fillColor(greyColor(grey));
    // A name over two lines is one name for whoever searches or extracts it.
    const whole = style.breaks === 'name' && set.lines.length > 1 && !style.artifact;
    if (whole) doc.markContent('Span', { actual: text });
    set.lines.forEach((line, index) => {
      const free = width - this.widthOf(line, set.size, weight);
      let at = x + (align === 'center' ? free / 2 : align === 'right' ? free : 0);
      const baseline = top + set.size * (BASELINE + index * leading);
      for (const run of this.#fonts.runs(line, weight)) {
        paintText(doc, run.font, run.text, { x: at, y: baseline, size: set.size });
        at += this.widthOf(run.text, set.size, weight);
      }
    });
    if (whole) doc.endMarkedContent();
  }

  /** What `draw` paints is turned clockwise about a point. */
  turned(degrees: number, x: number, y: number, draw: () => void): void {
    this.#doc.save().rotate(degrees, { origin: [x, y] });
    draw();
    this.#doc.restore();
  }

  // Rules, boxes, pictures

  /** Horizontal, vertical or slanted rule. `dash` in points: on and off. */
  rule(
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    { weight = 0.5, grey = 0, dash }: { weight?: number; grey?: number; dash?: [number, number] } = {},
  ): void {
    this.artifact(() => {
      const doc = this.#doc.save();
      doc.lineWidth(weight).strokeColor(greyColor(grey));
      if (dash) doc.dash(dash[0], { space: dash[1] });
      doc.moveTo(x1, y1).lineTo(x2, y2).stroke().restore();
    });
  }

  /** A box with a line (`weight` 0: none), filled where `fill` (0 black … 1 white) is given. */
  box(
    { x, y, width, height }: Box,
    {
      weight = 0.5,
      grey = 0,
      fill,
      radius = 0,
      dash,
    }: { weight?: number; grey?: number; fill?: number; radius?: number; dash?: [number, number] } = {},
  ): void {
    this.artifact(() => {
      const doc = this.#doc.save();
      const path = () =>
        radius > 0 ? doc.roundedRect(x, y, width, height, radius) : doc.rect(x, y, width, height);
      if (fill !== undefined) path().fill(greyColor(fill));
      if (weight > 0) {
        if (dash) doc.dash(dash[0], { space: dash[1] });
        path().lineWidth(weight).stroke(greyColor(grey));
      }
      doc.restore();
    });
  }

  /** Slanted lines in a box: what is struck out, told without colour. */
  hatch({ x, y, width, height }: Box, { step = 6, grey = 0.55, weight = 0.4 } = {}): void {
    this.artifact(() => {
      const doc = this.#doc.save();
      doc.rect(x, y, width, height).clip().lineWidth(weight).strokeColor(greyColor(grey));
      for (let at = step; at < width + height; at += step)
        doc.moveTo(x + at, y).lineTo(x + at - height, y + height);
      doc.stroke().restore();
    });
  }

  /** A closed shape, e.g. an arrow. */
  polygon(points: [number, number][], { fill = 0 }: { fill?: number } = {}): void {
    this.artifact(() => {
      this.#doc.polygon(...points).fill(greyColor(fill));
    });
  }

  /** Black modules with their quiet zone inside a square. A code that stands on many pages is in the file once. */
  qr(
    text: string,
    { x, y, side }: { x: number; y: number; side: number },
    alt: string,
    level: QrLevel = 'M',
  ): void {
    const code = this.#codes.of(text, level);
    const scale = side / (code.modules + 2 * QUIET);
    this.figure(alt, () => {
      // A page's named forms: pdfkit keeps them there and has no call to add to them.
      const page = this.#doc.page as unknown as { xobjects: Record<string, unknown> };
      page.xobjects[code.name] = code.form;
      this.#doc.save().transform(scale, 0, 0, scale, x, y).addContent(`/${code.name} Do`).restore();
    });
  }

  /** A JPEG or PNG as large as fits the box, in its middle; once in the file however often `key` is drawn. */
  image(key: string, bytes: Uint8Array, box: Box, alt: string): void {
    let image = this.#images.get(key);
    if (image === undefined) {
      // pdfkit has openImage(), which its types leave out; what it gives is passed back to image() alone.
      const opener = this.#doc as unknown as { openImage(bytes: Uint8Array): unknown };
      image = opener.openImage(bytes);
      this.#images.set(key, image);
    }
    this.figure(alt, () => {
      // See above: an opened image is taken in place of a file.
      this.#doc.image(image as PDFKit.Mixins.ImageSrc, box.x, box.y, {
        fit: [box.width, box.height],
        align: 'center',
        valign: 'center',
      });
    });
  }

  /** For the watermark alone, which needs what pdfkit has no words for. */
  raw<T>(use: (doc: PDFKit.PDFDocument, fonts: FontBook) => T): T {
    return use(this.#doc, this.#fonts);
  }
}

function greyColor(grey: number): string {
  const level = Math.round(Math.min(1, Math.max(0, grey)) * 255)
    .toString(16)
    .padStart(2, '0');
  return `#${level}${level}${level}`;
}
