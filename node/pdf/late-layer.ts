/**
 * What is put on a page after the page has gone into the file: its number among all, the watermark. A page refers to its
 * layer as its last mark; the layer is filled at the end. So a thousand pages are never held in memory together.
 */

/** A page of pdfkit as far as its drawing calls look at it; a layer takes its place while it is drawn on. */
interface Canvas {
  width: number;
  height: number;
  fonts: Record<string, unknown>;
  xobjects: Record<string, unknown>;
  ext_gstates: Record<string, unknown>;
  markings: unknown[];
  write(chunk: string): void;
}

/** pdfkit's own objects; its types are narrower. */
interface Inside {
  page: Canvas;
  ref(data: object): { data: Record<string, unknown>; end(chunk?: string): void };
}

export class LateLayer {
  readonly #doc: Inside;
  readonly #canvas: Canvas;
  readonly #form: ReturnType<Inside['ref']>;
  readonly #chunks: string[] = [];

  /** For the page that `doc` is drawing now. */
  constructor(doc: PDFKit.PDFDocument) {
    // See Inside: what is used exists in the pinned version, and every page that is drawn goes through here.
    this.#doc = doc as unknown as Inside;
    const { width, height } = this.#doc.page;
    this.#form = this.#doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, width, height] });
    const write = (chunk: string) => void this.#chunks.push(chunk);
    this.#canvas = { width, height, fonts: {}, xobjects: {}, ext_gstates: {}, markings: [], write };
  }

  /** The page's last mark. */
  refer(): void {
    const { page } = this.#doc;
    page.xobjects['Late'] = this.#form;
    page.write('/Artifact <</Type /Pagination>> BDC q /Late Do Q EMC');
  }

  draw(draw: () => void): void {
    const { page } = this.#doc;
    this.#doc.page = this.#canvas;
    draw();
    this.#doc.page = page;
  }

  end(): void {
    const { fonts, xobjects, ext_gstates } = this.#canvas;
    this.#form.data['Resources'] = { Font: fonts, XObject: xobjects, ExtGState: ext_gstates };
    this.#form.end(this.#chunks.join('\n'));
  }
}
