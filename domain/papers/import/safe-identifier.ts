/** An identifier as an element gives it, checked and reported in one step. */
import { type BodyContext, placeOf } from './context.ts';
import { isIdentifier } from './identifiers.ts';
import type { XmlElement } from './xml-tree.ts';

/** The identifier, or an empty text and an entry in the report. */
export function safeIdentifier(text: string | undefined, context: BodyContext, element: XmlElement): string {
  if (text !== undefined && isIdentifier(text)) return text;
  context.report.add('item/identifier', placeOf(context, element), `<${element.name}> ${text ?? ''}`.trim());
  return '';
}
