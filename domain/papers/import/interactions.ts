/** Interactions of an item: finds the builder, ties the response, and names what is not supported. */
import type { BaseType, Cardinality, Interaction, PaperNode } from '#protocol/paper.ts';
import { compileChildren } from './content.ts';
import { type ItemContext, placeOf } from './context.ts';
import { associate, gapMatch, match } from './interactions.associate.ts';
import { choice, hotText, inlineChoice, order } from './interactions.choice.ts';
import { graphicGapMatch, hotspot } from './interactions.graphic.ts';
import { extendedText, media, slider, textEntry, upload } from './interactions.input.ts';
import type { Bound, Builder } from './interactions.types.ts';
import { attr, firstChild, kind, type XmlElement } from './xml-tree.ts';

interface Kind {
  bases: readonly BaseType[];
  cardinalities: readonly Cardinality[];
  build: Builder;
  /** The response may be missing (media count their plays without one). */
  free?: boolean;
}

const ONE_OR_MORE = ['single', 'multiple'] as const;

const KINDS: Readonly<Record<string, Kind>> = {
  choiceInteraction: { bases: ['identifier'], cardinalities: ONE_OR_MORE, build: choice },
  inlineChoiceInteraction: { bases: ['identifier'], cardinalities: ['single'], build: inlineChoice },
  orderInteraction: { bases: ['identifier'], cardinalities: ['ordered'], build: order },
  hottextInteraction: { bases: ['identifier'], cardinalities: ONE_OR_MORE, build: hotText },
  textEntryInteraction: {
    bases: ['string', 'integer', 'float'],
    cardinalities: ['single'],
    build: textEntry,
  },
  extendedTextInteraction: { bases: ['string'], cardinalities: ['single'], build: extendedText },
  matchInteraction: { bases: ['directedPair'], cardinalities: ONE_OR_MORE, build: match },
  associateInteraction: { bases: ['pair'], cardinalities: ONE_OR_MORE, build: associate },
  gapMatchInteraction: { bases: ['directedPair'], cardinalities: ONE_OR_MORE, build: gapMatch },
  hotspotInteraction: { bases: ['identifier'], cardinalities: ONE_OR_MORE, build: hotspot },
  graphicGapMatchInteraction: { bases: ['directedPair'], cardinalities: ONE_OR_MORE, build: graphicGapMatch },
  sliderInteraction: { bases: ['integer', 'float'], cardinalities: ['single'], build: slider },
  uploadInteraction: { bases: ['file'], cardinalities: ['single'], build: upload },
  mediaInteraction: { bases: ['integer'], cardinalities: ['single'], build: media, free: true },
};

/** Nothing is lost for the answer when these go. */
const REMOVED = new Set(['endAttemptInteraction']);
const CUSTOM = new Set(['customInteraction', 'portableCustomInteraction']);

function bind(element: XmlElement, context: ItemContext, wanted: Kind): Bound | undefined {
  const id = attr(element, 'responseIdentifier');
  const place = placeOf(context, element);
  if (wanted.free === true && (id === undefined || !context.declarations.responses.has(id)))
    return { id: '', cardinality: 'single', base: 'integer' };
  const declared = id === undefined ? undefined : context.declarations.responses.get(id);
  if (id === undefined || declared === undefined) {
    context.report.add('item/undeclared-response', place, id ?? '');
    return undefined;
  }
  if (context.responses.some((response) => response.id === id)) {
    context.report.add('item/shared-response', place, id);
    return undefined;
  }
  const { base } = declared.keys;
  const cardinality = wanted.cardinalities.find((name) => name === declared.keys.cardinality);
  if (cardinality === undefined) {
    context.report.add('item/cardinality', place, `${id} ${declared.keys.cardinality}`);
    return undefined;
  }
  if (base === undefined || !wanted.bases.includes(base)) {
    context.report.add('item/base-type', place, `${id} ${base ?? ''}`.trim());
    return undefined;
  }
  return { id, cardinality, base };
}

/** Compiles the interaction and enters its response into the item. */
export function interact(element: XmlElement, context: ItemContext): PaperNode[] {
  const name = kind(element);
  const place = placeOf(context, element);
  if (REMOVED.has(name)) {
    context.report.add('item/interaction-removed', place, name);
    return [];
  }
  context.kinds.push(name);
  context.named.push(attr(element, 'responseIdentifier') ?? '');
  if (CUSTOM.has(name)) {
    const module = attr(element, 'customInteractionTypeIdentifier') ?? attr(element, 'module') ?? name;
    context.report.add('item/custom-interaction', place, module);
    return [];
  }
  const wanted = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (wanted === undefined) {
    context.report.add('item/interaction-unsupported', place, name);
    return [];
  }
  // A response that cannot be tied does not hide what else is wrong inside.
  const bound = bind(element, context, wanted);
  const built = wanted.build(
    element,
    context,
    bound ?? { id: '', cardinality: wanted.cardinalities[0]!, base: wanted.bases[0]! },
  );
  if (built === undefined) return [];
  if (bound !== undefined && bound.id !== '') context.responses.push({ ...bound, ...built.limits });
  const promptElement = firstChild(element, 'prompt');
  const prompt = promptElement === undefined ? [] : compileChildren(promptElement, context);
  // Spreading a union widens its tag; the parts are those of one member.
  const interaction = {
    ...built.interaction,
    response: bound?.id ?? '',
    ...(prompt.length > 0 ? { prompt } : {}),
  } as Interaction;
  return [{ i: interaction }];
}
