/** Choosing and ordering: choice (single, multiple, true or false), inline choice, order, hot text. */
import {
  checkDistinct,
  idsOf,
  isHorizontal,
  isShuffled,
  readChoice,
  readChoices,
  readLimits,
  responseLimits,
} from './choices.ts';
import { compileNodes } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import type { Bound, Built } from './interactions.types.ts';
import { childrenOf, countAttr, flagAttr, isElement, kind, type XmlElement } from './xml-tree.ts';

const CHOICES = { max: 'maxChoices', min: 'minChoices' };

export function choice(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const choices = readChoices(element, ['simpleChoice'], context);
  const limits = readLimits(element, context, bound, CHOICES, choices.length);
  return {
    interaction: {
      type: 'choice',
      shuffle: isShuffled(element),
      ...limits,
      ...(isHorizontal(element) ? { horizontal: true } : {}),
      choices,
    },
    limits: { allowed: { ids: idsOf(choices) }, ...responseLimits(limits) },
  };
}

export function inlineChoice(element: XmlElement, context: ItemContext): Built {
  const elements = childrenOf(element, 'inlineChoice');
  if (elements.length === 0) context.report.add('item/no-choices', placeOf(context, element), 'inlineChoice');
  const choices = elements.map((inner) => readChoice(inner, context, 'div'));
  checkDistinct(
    choices.map((one, at) => ({ id: one.id, element: elements[at]! })),
    context,
  );
  return {
    interaction: { type: 'inline-choice', shuffle: isShuffled(element), choices },
    limits: {
      allowed: { ids: idsOf(choices) },
      max: 1,
      ...(flagAttr(element, 'required') ? { min: 1 } : {}),
    },
  };
}

export function order(element: XmlElement, context: ItemContext): Built {
  const choices = readChoices(element, ['simpleChoice'], context);
  const min = countAttr(element, 'minChoices');
  // Without a minimum all choices are to be ordered, and a maximum is ignored (QTI 2.2, orderInteraction).
  const all = choices.length;
  const limits =
    min === undefined ? { min: all, max: all } : { min, max: countAttr(element, 'maxChoices') ?? all };
  if (limits.min > all || (limits.max > 0 && limits.min > limits.max))
    context.report.add('item/limits', placeOf(context, element), `${limits.min}…${limits.max} / ${all}`);
  const max = limits.max === 0 ? all : Math.min(limits.max, all);
  return {
    interaction: {
      type: 'order',
      shuffle: isShuffled(element),
      min: limits.min,
      max,
      ...(isHorizontal(element) ? { horizontal: true } : {}),
      choices,
    },
    limits: { allowed: { ids: idsOf(choices) }, ...responseLimits({ min: limits.min, max }) },
  };
}

export function hotText(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const hotTexts: string[] = [];
  const body = compileNodes(
    element.children.filter((child) => !isElement(child) || kind(child) !== 'prompt'),
    { ...context, hotTexts },
  );
  if (hotTexts.length === 0) context.report.add('item/no-choices', placeOf(context, element), 'hottext');
  const limits = readLimits(element, context, bound, CHOICES, hotTexts.length);
  return {
    interaction: { type: 'hot-text', ...limits, body },
    limits: { allowed: { ids: hotTexts }, ...responseLimits(limits) },
  };
}
