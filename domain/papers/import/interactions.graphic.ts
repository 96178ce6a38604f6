/** On a picture: hotspot and graphic gap match. */
import type { AssociableChoice, Picture, Spot } from '#protocol/paper.ts';
import { associable, checkDistinct, idsOf, readLimits, responseLimits } from './choices.ts';
import { compileChildren } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import type { Bound, Built } from './interactions.types.ts';
import { labelOf, sourceOf, useOf } from './media-elements.ts';
import { safeIdentifier } from './safe-identifier.ts';
import {
  attr,
  childrenOf,
  countAttr,
  descendants,
  flagAttr,
  numberAttr,
  type XmlElement,
} from './xml-tree.ts';

const SHAPES = ['circle', 'rect', 'poly', 'ellipse', 'default'] as const;

/** The first picture that is a child, also inside a content body; those of choices do not count. */
function pictureElement(element: XmlElement): XmlElement | undefined {
  for (const child of childrenOf(element, 'img', 'object', 'picture', 'contentBody')) {
    if (child.name === 'img' || (child.name === 'object' && useOf(child) === 'image')) return child;
    const inner = [...descendants(child)].find((one) => one.name === 'img' || one.name === 'object');
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function readPicture(element: XmlElement, context: ItemContext): Picture {
  const none: Picture = { media: '', width: 0, height: 0, alt: '' };
  const picture = pictureElement(element);
  const src = picture === undefined ? undefined : sourceOf(picture);
  if (picture === undefined || src === undefined) {
    context.report.add('item/no-picture', placeOf(context, element));
    return none;
  }
  const found = context.media.take('image', context.folder, src, placeOf(context, picture));
  if (found === undefined) return none;
  const width = numberAttr(picture, 'width') ?? found.width ?? 0;
  const height = numberAttr(picture, 'height') ?? found.height ?? 0;
  if (!(width > 0 && height > 0)) context.report.add('item/no-picture', placeOf(context, picture), src);
  return { media: found.id, width, height, alt: labelOf(picture) };
}

function coordsFit(shape: Spot['shape'], coords: readonly number[]): boolean {
  if (coords.some((value) => !Number.isFinite(value))) return false;
  if (shape === 'circle') return coords.length === 3 && coords[2]! > 0;
  if (shape === 'rect') return coords.length === 4 && coords[2]! > coords[0]! && coords[3]! > coords[1]!;
  if (shape === 'ellipse') return coords.length === 4 && coords[2]! > 0 && coords[3]! > 0;
  if (shape === 'poly') return coords.length >= 6 && coords.length % 2 === 0;
  return coords.length === 0;
}

function readSpot(element: XmlElement, context: ItemContext): Spot {
  const shape = SHAPES.find((name) => name === attr(element, 'shape'));
  const coords = (attr(element, 'coords') ?? '')
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
  if (shape === undefined || !coordsFit(shape, coords))
    context.report.add(
      'item/coords',
      placeOf(context, element),
      `${attr(element, 'shape') ?? ''} ${attr(element, 'coords') ?? ''}`.trim(),
    );
  const label = attr(element, 'hotspotLabel') ?? element.attrs['aria-label'] ?? attr(element, 'title');
  return {
    id: safeIdentifier(attr(element, 'identifier'), context, element),
    shape: shape ?? 'default',
    coords: shape === 'default' ? [] : coords,
    ...(label === undefined || label === '' ? {} : { label }),
  };
}

function readSpots(
  element: XmlElement,
  name: string,
  context: ItemContext,
): { spot: Spot; element: XmlElement }[] {
  const elements = childrenOf(element, name);
  if (elements.length === 0) context.report.add('item/no-choices', placeOf(context, element), name);
  const spots = elements.map((inner) => ({ spot: readSpot(inner, context), element: inner }));
  checkDistinct(
    spots.map((one) => ({ id: one.spot.id, element: one.element })),
    context,
  );
  return spots;
}

export function hotspot(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const picture = readPicture(element, context);
  const spots = readSpots(element, 'hotspotChoice', context).map((one) => one.spot);
  const limits = readLimits(element, context, bound, { max: 'maxChoices', min: 'minChoices' }, spots.length);
  return {
    interaction: { type: 'hotspot', ...limits, picture, spots },
    limits: { allowed: { ids: idsOf(spots) }, ...responseLimits(limits) },
  };
}

function readWord(element: XmlElement, context: ItemContext): AssociableChoice & { media?: string } {
  const id = safeIdentifier(attr(element, 'identifier'), context, element);
  const common = { id, ...(flagAttr(element, 'fixed') ? { fixed: true } : {}) };
  const picture = pictureElement(element);
  const src = picture === undefined ? undefined : sourceOf(picture);
  if (picture === undefined || src === undefined)
    return associable(element, context, { ...common, c: compileChildren(element, context) });
  const found = context.media.take('image', context.folder, src, placeOf(context, picture));
  // The label is what screen readers and the keyboard's list of words say.
  const label = attr(element, 'objectLabel') ?? labelOf(picture);
  const word = associable(element, context, { ...common, c: label === '' ? [] : [label] });
  return found === undefined ? word : { ...word, media: found.id };
}

export function graphicGapMatch(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const picture = readPicture(element, context);
  const wordElements = childrenOf(element, 'gapImg', 'gapText');
  if (wordElements.length === 0) context.report.add('item/no-choices', placeOf(context, element), 'gapImg');
  const words = wordElements.map((inner) => readWord(inner, context));
  checkDistinct(
    words.map((word, at) => ({ id: word.id, element: wordElements[at]! })),
    context,
  );
  const spots = readSpots(element, 'associableHotspot', context).map((one) => {
    const max = countAttr(one.element, 'matchMax') ?? 1;
    return { ...one.spot, max };
  });
  const written = countAttr(element, 'maxAssociations') ?? 0;
  // Without a limit of its own, as many pairs as the spots take; one spot without limit makes it unlimited.
  const room = spots.some((spot) => spot.max === 0) ? 0 : spots.reduce((sum, spot) => sum + spot.max, 0);
  const max = bound.cardinality === 'single' ? 1 : written > 0 ? written : room;
  const min = countAttr(element, 'minAssociations') ?? 0;
  return {
    interaction: { type: 'graphic-gap-match', picture, spots, words },
    limits: { allowed: { from: idsOf(words), to: idsOf(spots) }, ...responseLimits({ max, min }) },
  };
}
