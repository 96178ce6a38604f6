/**
 * A highlighter over text that is not touched: ranges go to the browser's highlight registry (Chrome 105), so that
 * neither the tree nor a selection changes. Kept for this tab's life as offsets, never as words.
 */

/** Null where the browser has no highlights; the tool is not offered then. */
export const highlights: HighlightRegistry | null =
  typeof CSS !== 'undefined' && 'highlights' in CSS ? CSS.highlights : null;

const NAME = 'gongyuan-marker';

type Span = [start: number, end: number];

/** Spans in order, those that touch joined. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) result.push([start, end]);
  }
  return result;
}

export class Highlighter {
  #root: HTMLElement;
  #key: string;
  #spans: Span[] = [];
  #ranges: Range[] = [];

  constructor(root: HTMLElement, key: string) {
    this.#root = root;
    this.#key = `gongyuan.marks ${key}`;
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? '[]');
      if (Array.isArray(stored))
        for (const one of stored)
          if (Array.isArray(one) && typeof one[0] === 'number' && typeof one[1] === 'number')
            this.#spans.push([one[0], one[1]]);
    } catch {
      // Marks of an earlier page are lost; the text is not.
    }
    this.#show();
  }

  get any(): boolean {
    return this.#spans.length > 0;
  }

  /** The pointer was let go: marks what is selected, or takes away the mark under it. */
  press(x: number, y: number): void {
    if (this.mark()) return;
    const at = document.caretRangeFromPoint(x, y);
    if (!at || !this.#root.contains(at.startContainer)) return;
    const offset = this.#offset(at.startContainer, at.startOffset);
    this.#set(this.#spans.filter(([start, end]) => offset < start || offset > end));
  }

  /** Marks what is selected inside the text; false when nothing is. */
  mark(): boolean {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return false;
    const range = selection.getRangeAt(0);
    if (!this.#root.contains(range.startContainer) || !this.#root.contains(range.endContainer)) return false;
    const span: Span = [
      this.#offset(range.startContainer, range.startOffset),
      this.#offset(range.endContainer, range.endOffset),
    ];
    this.#set(joined([...this.#spans, span]));
    selection.removeAllRanges();
    return true;
  }

  clear(): void {
    this.#set([]);
  }

  close(): void {
    const registered = highlights?.get(NAME);
    for (const range of this.#ranges) registered?.delete(range);
    this.#ranges = [];
  }

  #set(spans: Span[]): void {
    this.#spans = spans;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(spans));
    } catch {
      // Kept on the screen only.
    }
    this.#show();
  }

  #show(): void {
    this.close();
    if (!highlights) return;
    let registered = highlights.get(NAME);
    if (!registered) {
      registered = new Highlight();
      highlights.set(NAME, registered);
    }
    for (const [start, end] of this.#spans) {
      const range = this.#range(start, end);
      if (!range) continue;
      registered.add(range);
      this.#ranges.push(range);
    }
  }

  #offset(node: Node, offset: number): number {
    const before = document.createRange();
    before.setStart(this.#root, 0);
    before.setEnd(node, offset);
    return before.toString().length;
  }

  #range(start: number, end: number): Range | null {
    const range = document.createRange();
    const walker = document.createTreeWalker(this.#root, NodeFilter.SHOW_TEXT);
    let at = 0;
    let begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0;
      if (!begun && start < at + length) {
        range.setStart(node, start - at);
        begun = true;
      }
      if (begun && end <= at + length) {
        range.setEnd(node, end - at);
        return range;
      }
      at += length;
    }
    return null;
  }
}
