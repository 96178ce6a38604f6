/** Response processing templates that lie in the package itself. */
import { type ItemContext, placeOf } from './context.ts';
import type { Package } from './package.ts';
import { resolveHref } from './paths.ts';
import { TEMPLATES, templateName } from './scoring.ts';
import { attr, kind, type XmlElement } from './xml-tree.ts';

/** `undefined` for the standard templates, which everybody knows by name, and where there is no such file. */
export function loadTemplate(
  processing: XmlElement,
  context: ItemContext,
  pack: Package,
): XmlElement | undefined {
  const template = attr(processing, 'template') ?? '';
  if (Object.hasOwn(TEMPLATES, templateName(template))) return undefined;
  for (const href of [attr(processing, 'templateLocation'), template]) {
    const resolved = href === undefined ? undefined : resolveHref(context.folder, href);
    if (resolved === undefined || !('path' in resolved)) continue;
    const found = pack.files.find(resolved.path);
    if (found === undefined) continue;
    const root = pack.load(found.path, placeOf(context, processing));
    if (root !== undefined && kind(root) === 'responseProcessing') return root;
  }
  return undefined;
}
