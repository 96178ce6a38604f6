/** Pairing: match (rows and columns), associate, gap match. */
import { idsOf, isShuffled, readAssociables, readLimits, responseLimits } from './choices.ts';
import { compileNodes } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import type { Bound, Built } from './interactions.types.ts';
import { childrenOf, isElement, kind, type XmlElement } from './xml-tree.ts';

const ASSOCIATIONS = { max: 'maxAssociations', min: 'minAssociations' };
const ASSOCIABLE = ['simpleAssociableChoice'];

export function match(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const sets = childrenOf(element, 'simpleMatchSet');
  if (sets.length !== 2)
    context.report.add('item/no-choices', placeOf(context, element), `simpleMatchSet × ${sets.length}`);
  const [rows = [], columns = []] = sets.slice(0, 2).map((set) => readAssociables(set, ASSOCIABLE, context));
  const limits = readLimits(element, context, bound, ASSOCIATIONS, rows.length * columns.length);
  return {
    interaction: { type: 'match', shuffle: isShuffled(element), ...limits, rows, columns },
    limits: { allowed: { from: idsOf(rows), to: idsOf(columns) }, ...responseLimits(limits) },
  };
}

export function associate(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const choices = readAssociables(element, ASSOCIABLE, context);
  const limits = readLimits(
    element,
    context,
    bound,
    ASSOCIATIONS,
    (choices.length * (choices.length + 1)) / 2,
  );
  return {
    interaction: { type: 'associate', shuffle: isShuffled(element), ...limits, choices },
    limits: { allowed: { ids: idsOf(choices) }, ...responseLimits(limits) },
  };
}

export function gapMatch(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const words = readAssociables(element, ['gapText', 'gapImg'], context);
  const gaps: string[] = [];
  const body = compileNodes(
    element.children.filter(
      (child) => !isElement(child) || !['prompt', 'gapText', 'gapImg'].includes(kind(child)),
    ),
    { ...context, gaps },
  );
  if (gaps.length === 0) context.report.add('item/no-choices', placeOf(context, element), 'gap');
  // A gap takes one word, so there are never more pairs than gaps.
  const max = bound.cardinality === 'single' ? 1 : gaps.length;
  return {
    interaction: { type: 'gap-match', shuffle: isShuffled(element), words, body },
    limits: { allowed: { from: idsOf(words), to: gaps }, ...responseLimits({ max, min: 0 }) },
  };
}
