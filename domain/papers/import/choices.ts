/** What the builders of interactions share: choices, limits, shuffling. */
import type { AssociableChoice, Choice } from '#protocol/paper.ts';
import { compileChildren } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import type { Bound } from './interactions.types.ts';
import { safeIdentifier } from './safe-identifier.ts';
import { attr, childrenOf, countAttr, flagAttr, type XmlElement } from './xml-tree.ts';

/** Reports identifiers that occur twice; answers could not be told apart. */
export function checkDistinct(
  ids: readonly { id: string; element: XmlElement }[],
  context: ItemContext,
): void {
  const seen = new Set<string>();
  for (const { id, element } of ids) {
    if (id !== '' && seen.has(id)) context.report.add('item/duplicate-choice', placeOf(context, element), id);
    seen.add(id);
  }
}

export function readChoice(element: XmlElement, context: ItemContext, container = 'div'): Choice {
  if (attr(element, 'templateIdentifier') !== undefined)
    context.report.add('item/template', placeOf(context, element), attr(element, 'templateIdentifier'));
  const id = safeIdentifier(attr(element, 'identifier'), context, element);
  return {
    id,
    ...(flagAttr(element, 'fixed') ? { fixed: true } : {}),
    c: compileChildren(element, context, container),
  };
}

export function readChoices(parent: XmlElement, kinds: readonly string[], context: ItemContext): Choice[] {
  const elements = childrenOf(parent, ...kinds);
  if (elements.length === 0) context.report.add('item/no-choices', placeOf(context, parent), kinds[0]);
  const choices = elements.map((element) => readChoice(element, context));
  checkDistinct(
    choices.map((choice, at) => ({ id: choice.id, element: elements[at]! })),
    context,
  );
  return choices;
}

/** How often a choice may be used: once unless it says otherwise; 0 is without limit. */
export function associable(element: XmlElement, context: ItemContext, choice: Choice): AssociableChoice {
  if (attr(element, 'matchGroup') !== undefined)
    context.report.add('item/match-group', placeOf(context, element), choice.id);
  const min = countAttr(element, 'matchMin') ?? 0;
  return { ...choice, max: countAttr(element, 'matchMax') ?? 1, ...(min > 0 ? { min } : {}) };
}

export function readAssociables(
  parent: XmlElement,
  kinds: readonly string[],
  context: ItemContext,
): AssociableChoice[] {
  const elements = childrenOf(parent, ...kinds);
  if (elements.length === 0) context.report.add('item/no-choices', placeOf(context, parent), kinds[0]);
  const choices = elements.map((element) => associable(element, context, readChoice(element, context)));
  checkDistinct(
    choices.map((choice, at) => ({ id: choice.id, element: elements[at]! })),
    context,
  );
  return choices;
}

/**
 * How many may be chosen. A single response takes one, whatever the interaction says; a multiple one without a limit
 * is unlimited (the standard's default of 1 would make it a single response, which nobody means).
 * @param most the number of things that can be chosen at all.
 */
export function readLimits(
  element: XmlElement,
  context: ItemContext,
  bound: Bound,
  names: { max: string; min: string },
  most: number,
): { max: number; min: number } {
  const min = countAttr(element, names.min) ?? 0;
  const written = countAttr(element, names.max);
  if (min > most || (written !== undefined && written > 0 && min > written))
    context.report.add('item/limits', placeOf(context, element), `${min}…${written ?? ''} / ${most}`);
  if (bound.cardinality === 'single') return { max: 1, min };
  if (written === undefined) context.report.add('item/limit-guessed', placeOf(context, element), names.max);
  return { max: Math.min(written ?? 0, most), min };
}

/** Limits of a response from those of its interaction; 0 means none and is left out. */
export function responseLimits(limits: { max: number; min: number }): { max?: number; min?: number } {
  return {
    ...(limits.max > 0 ? { max: limits.max } : {}),
    ...(limits.min > 0 ? { min: limits.min } : {}),
  };
}

export function isShuffled(element: XmlElement): boolean {
  return flagAttr(element, 'shuffle');
}

/** QTI 2 says `orientation`, QTI 3 a class. */
export function isHorizontal(element: XmlElement): boolean {
  return (
    attr(element, 'orientation') === 'horizontal' ||
    (element.attrs.class ?? '').split(/\s+/).includes('qti-orientation-horizontal')
  );
}

export function idsOf(choices: readonly { id: string }[]): string[] {
  return choices.map((choice) => choice.id);
}
