/**
 * Puts one run of text on the page. pdfkit's own text() wraps every run in transforms of its own: three times the bytes,
 * and the place of a marked text (ActualText) would be computed in another coordinate system than its glyphs.
 */
import type { CutFont } from './font-book.ts';

/** What is used of pdfkit beyond its types: the font that `font()` has chosen, and a page's list of fonts. */
interface Inside {
  _font: {
    id: string;
    /** By text; it only ever grows. */
    layoutCache: object;
    ref(): unknown;
    /** Hexadecimal glyph numbers, and places in thousandths of the size. */
    encode(
      text: string,
    ): [string[], { xAdvance: number; advanceWidth: number; xOffset: number; yOffset: number }[]];
  };
  page: { fonts: Record<string, unknown> };
}

/** The baseline begins at (x, y) in points from the top left; the fill colour is the current one. */
export function paintText(
  doc: PDFKit.PDFDocument,
  font: CutFont['name'],
  text: string,
  { x, y, size }: { x: number; y: number; size: number },
): void {
  doc.font(font, size);
  // See Inside; the version of pdfkit is pinned, and every test of a drawing goes through here.
  const { _font, page } = doc as unknown as Inside;
  page.fonts[_font.id] ??= _font.ref();
  const [glyphs, places] = _font.encode(text);
  const parts: string[] = [];
  let hex = '';
  const flush = (adjust: number) => {
    if (hex !== '') parts.push(`<${hex}>`);
    if (Math.abs(adjust) > 0.001) parts.push(short(adjust));
    hex = '';
  };
  const out: string[] = [];
  const show = () => {
    flush(0);
    if (parts.length > 0) out.push(`[${parts.join('')}] TJ`);
    parts.length = 0;
  };
  glyphs.forEach((glyph, index) => {
    const place = places[index];
    if (!place) return;
    const { xOffset, yOffset, xAdvance, advanceWidth } = place;
    // A mark above its letter: moved aside and up, then back.
    if (xOffset !== 0) flush(-xOffset);
    if (yOffset !== 0) {
      show();
      out.push(`${short((yOffset * size) / 1000)} Ts`);
    }
    hex += glyph;
    const back = xOffset - (xAdvance - advanceWidth);
    if (Math.abs(back) > 0.001) flush(back);
    if (yOffset !== 0) {
      show();
      out.push('0 Ts');
    }
  });
  show();
  // The page has y growing downwards; glyphs are mirrored back.
  doc.addContent(`BT /${_font.id} ${short(size)} Tf 1 0 0 -1 ${short(x)} ${short(y)} Tm ${out.join(' ')} ET`);
}

/** Empties what pdfkit keeps of texts it has laid out in a font. */
export function forgetLayouts(doc: PDFKit.PDFDocument, font: CutFont['name']): void {
  // See Inside.
  const { _font } = doc.font(font) as unknown as Inside;
  _font.layoutCache = Object.create(null);
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
