/** Writing, sliding, uploading, listening. */
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { type ItemContext, placeOf } from './context.ts';
import type { Bound, Built } from './interactions.types.ts';
import { labelOf, sourceOf, useOf } from './media-elements.ts';
import { attr, countAttr, descendants, flagAttr, numberAttr, type XmlElement } from './xml-tree.ts';

/** QTI 3 gives sizes as classes: `qti-input-width-15`, `qti-height-lines-6`. */
function classNumber(element: XmlElement, prefix: string): number | undefined {
  for (const name of (element.attrs.class ?? '').split(/\s+/))
    if (name.startsWith(prefix) && /^\d{1,4}$/.test(name.slice(prefix.length)))
      return Number(name.slice(prefix.length));
  return undefined;
}

/** `[\s\S]{0,800}` and the like are the usual way to say a greatest length. */
function lengthLimit(mask: string): number | undefined {
  const found = /^\^?(?:\.|\[\\s\\S\]|\[\^?[^\]]{0,10}\]|\(\.\|\\n\))\{\d*,(\d{1,6})\}\$?$/.exec(mask);
  return found === null ? undefined : Number(found[1]);
}

/** Patterns are XML Schema regular expressions; those that JavaScript reads the same way are kept. */
function safePattern(element: XmlElement, context: ItemContext): string | undefined {
  const mask = attr(element, 'patternMask');
  if (mask === undefined || mask === '') return undefined;
  try {
    // Nested quantifiers can take for ever on the candidate's machine.
    if (mask.length > 200 || /[+*}]\)*[+*{]/.test(mask)) throw new SyntaxError('too costly');
    new RegExp(`^(?:${mask})$`, 'u');
    return mask;
  } catch {
    context.report.add('item/pattern', placeOf(context, element), mask);
    return undefined;
  }
}

function some<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  // A computed key widens to an index signature; the one property has exactly this key.
  return value === undefined ? {} : ({ [key]: value } as { [name in K]?: V });
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

export function textEntry(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const columns = positive(countAttr(element, 'expectedLength')) ?? classNumber(element, 'qti-input-width-');
  const placeholder = attr(element, 'placeholderText');
  return {
    interaction: {
      type: 'text-entry',
      ...some('columns', columns),
      ...some('pattern', safePattern(element, context)),
      ...some('placeholder', placeholder === '' ? undefined : placeholder),
      ...(bound.base === 'string' ? {} : { numeric: true }),
    },
  };
}

export function extendedText(element: XmlElement): Built {
  const lines = positive(countAttr(element, 'expectedLines')) ?? classNumber(element, 'qti-height-lines-');
  // `expectedLength` is a hint to the author's layout; only a pattern limits.
  const limit = lengthLimit(attr(element, 'patternMask') ?? '');
  const maxChars = limit === undefined ? undefined : Math.min(limit, VALUE_LIMITS.textUnits);
  const placeholder = attr(element, 'placeholderText');
  return {
    interaction: {
      type: 'extended-text',
      ...some('lines', lines),
      ...some('maxChars', maxChars),
      rich: attr(element, 'format') === 'xhtml',
      ...some('placeholder', placeholder === '' ? undefined : placeholder),
    },
    limits: some('maxChars', maxChars),
  };
}

export function slider(element: XmlElement, context: ItemContext, bound: Bound): Built {
  const lower = numberAttr(element, 'lowerBound') ?? Number.NaN;
  const upper = numberAttr(element, 'upperBound') ?? Number.NaN;
  const step = numberAttr(element, 'step') ?? 1;
  const whole = bound.base !== 'integer' || [lower, upper, step].every(Number.isInteger);
  if (!(lower < upper) || !(step > 0) || step > upper - lower || !whole)
    context.report.add('item/bounds', placeOf(context, element), `${lower}…${upper} / ${step}`);
  return {
    interaction: {
      type: 'slider',
      lower,
      upper,
      step,
      ...(attr(element, 'orientation') === 'vertical' ? { vertical: true } : {}),
      ...(flagAttr(element, 'reverse') ? { reverse: true } : {}),
      ...(flagAttr(element, 'stepLabel') ? { stepLabel: true } : {}),
    },
    limits: { lower, upper },
  };
}

/** Media types of an upload: `type` (one in QTI 2, several in QTI 3); a site may add `data-max-bytes`. */
export function upload(element: XmlElement): Built {
  const types = (attr(element, 'type') ?? attr(element, 'types') ?? '')
    .split(/[\s,;]+/)
    .map((type) => type.toLowerCase())
    .filter((type) => /^[a-z0-9.+-]+\/([a-z0-9.+-]+|\*)$/.test(type) && type !== '*/*');
  const asked = countAttr(element, 'data-max-bytes') ?? countAttr(element, 'data-max-size') ?? 0;
  const maxBytes = Math.min(asked > 0 ? asked : VALUE_LIMITS.uploadBytes, VALUE_LIMITS.uploadBytesMost);
  return {
    interaction: { type: 'upload', types, maxBytes, starter: [] },
    limits: { maxBytes, types },
  };
}

export function media(element: XmlElement, context: ItemContext, bound: Bound): Built | undefined {
  const place = placeOf(context, element);
  const inner = [...descendants(element)].find((one) => ['audio', 'video', 'object'].includes(one.name));
  const use = inner === undefined ? undefined : useOf(inner);
  const src = inner === undefined ? undefined : sourceOf(inner);
  if (inner === undefined || src === undefined || (use !== 'audio' && use !== 'video')) {
    context.report.add('item/no-medium', place, src ?? '');
    return undefined;
  }
  const maxPlays = countAttr(element, 'maxPlays') ?? 0;
  // Plays are counted by medium, so one with a limit is a medium of its own even if its file is used elsewhere.
  const apart = maxPlays > 0 ? `${context.item ?? ''} ${bound.id} ${element.line} ${element.column}` : '';
  const found = context.media.take(use, context.folder, src, placeOf(context, inner), apart);
  if (found === undefined) return undefined;
  const label = attr(element, 'label') ?? labelOf(inner);
  return {
    interaction: {
      type: 'media',
      media: found.id,
      kind: use,
      maxPlays,
      ...(label === '' ? {} : { label }),
    },
  };
}
