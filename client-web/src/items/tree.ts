/** The paper's tree as the screen may show it: allow-listed once more here, so that a faulty paper can do no harm. */
import type { PaperElement, PaperNode } from '#protocol/paper.ts';
import { PAPER_ATTRIBUTES, PAPER_ELEMENTS, PAPER_MATH } from '#protocol/paper.ts';

const ELEMENTS = new Set(PAPER_ELEMENTS);
const MATH = new Set(PAPER_MATH);
/** `media` is for this application; names of elements on the page are ours to give. */
const ATTRIBUTES = new Set(
  PAPER_ATTRIBUTES.filter((name) => !['media', 'id', 'aria-describedby', 'style'].includes(name)),
);
const VOID = new Set(['br', 'hr', 'col']);

export const isShown = (tag: string): boolean => ELEMENTS.has(tag);
export const isMath = (tag: string): boolean => MATH.has(tag);
export const isVoid = (tag: string): boolean => VOID.has(tag);

export function attributesOf(node: PaperElement): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(node.a ?? {})) if (ATTRIBUTES.has(name)) kept[name] = value;
  return kept;
}

/** The words of a tree, for options of lists and names of controls. Ruby keeps its base, pictures their description. */
export function plain(nodes: readonly PaperNode[]): string {
  let text = '';
  for (const node of nodes) {
    if (typeof node === 'string') text += node;
    else if ('e' in node) {
      if (node.e === 'rt' || node.e === 'rp') continue;
      text += node.e === 'img' ? (node.a?.alt ?? '') : node.e === 'br' ? ' ' : plain(node.c ?? []);
    } else if ('h' in node) text += plain(node.c);
  }
  return text.replace(/\s+/g, ' ');
}
