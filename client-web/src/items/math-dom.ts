/** A MathML tree as elements of the MathML namespace. By hand: Svelte's dynamic elements take it for SVG. */
import type { PaperElement } from '#protocol/paper.ts';
import { forCore } from './math.ts';
import { attributesOf, isMath } from './tree.ts';

const MATHML = 'http://www.w3.org/1998/Math/MathML';

function create(node: PaperElement): Element | null {
  if (!isMath(node.e)) return null;
  const element = document.createElementNS(MATHML, node.e);
  for (const [name, value] of Object.entries(attributesOf(node))) element.setAttribute(name, value);
  for (const child of node.c ?? []) {
    if (typeof child === 'string') element.append(child);
    else if ('e' in child) {
      const inner = create(child);
      if (inner) element.append(inner);
    }
  }
  return element;
}

/** @param node the `math` element of a paper. */
export function mathElement(node: PaperElement): Element | null {
  return create(forCore(node));
}
