/** `img`, `object`, `audio`, `video`, `picture` and `a` in content. */
import type { PaperElement, PaperNode } from '#protocol/paper.ts';
import { safeAttributes } from './attributes.ts';
import { type BodyContext, placeOf } from './context.ts';
import { fileTypeOf } from './file-types.ts';
import { extensionOf, resolveHref } from './paths.ts';
import { attr, childElements, descendants, plainText, type XmlElement } from './xml-tree.ts';

type CompileChildren = (element: XmlElement, context: BodyContext, container?: string) => PaperNode[];

/** Address of a medium: its own, or that of its first `source`. */
export function sourceOf(element: XmlElement): string | undefined {
  const own = attr(element, 'src') ?? attr(element, 'data');
  if (own !== undefined) return own;
  return childElements(element)
    .filter((child) => child.name === 'source')
    .map((child) => attr(child, 'src'))
    .find((src) => src !== undefined);
}

/** What an `object` shows, by its declared type or the name of its file. */
export function useOf(element: XmlElement): 'image' | 'audio' | 'video' | 'document' | undefined {
  if (element.name === 'img' || element.name === 'picture') return 'image';
  if (element.name === 'audio' || element.name === 'video') return element.name;
  const type = attr(element, 'type') ?? '';
  const declared = /^(image|audio|video)\//i.exec(type)?.[1]?.toLowerCase();
  if (declared === 'image' || declared === 'audio' || declared === 'video') return declared;
  return fileTypeOf(extensionOf((sourceOf(element) ?? '').replace(/[?#].*$/s, '')))?.use;
}

/** Words for those who cannot see it: `alt`, otherwise the text inside, which HTML shows in its place. */
export function labelOf(element: XmlElement): string {
  const said = element.attrs.alt ?? element.attrs['aria-label'] ?? element.attrs.title;
  return (said ?? plainText(element)).replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

function image(element: XmlElement, context: BodyContext): PaperNode[] {
  const place = placeOf(context, element);
  const src = sourceOf(element);
  if (src === undefined) {
    context.report.add('media/missing', place, `<${element.name}>`);
    return [];
  }
  const found = context.media.take('image', context.folder, src, place);
  if (found === undefined) return [];
  const a: PaperElement['a'] = {
    ...safeAttributes(element, 'img', context),
    alt: labelOf(element),
    media: found.id,
  };
  return [{ e: 'img', a }];
}

function playable(element: XmlElement, use: 'audio' | 'video', context: BodyContext): PaperNode[] {
  const place = placeOf(context, element);
  const src = sourceOf(element);
  const found = src === undefined ? undefined : context.media.take(use, context.folder, src, place);
  if (src === undefined) context.report.add('media/missing', place, `<${element.name}>`);
  if (found === undefined) return [];
  const label = labelOf(element);
  return [
    {
      i: {
        type: 'media',
        response: '',
        media: found.id,
        kind: use,
        maxPlays: 0,
        ...(label === '' ? {} : { label }),
      },
    },
  ];
}

function fileLink(element: XmlElement, href: string, context: BodyContext, c: PaperNode[]): PaperNode[] {
  const found = context.media.take('file', context.folder, href, placeOf(context, element));
  if (found === undefined) return c;
  if (!context.links.includes(found.id)) context.links.push(found.id);
  return [{ e: 'a-ref', a: { media: found.id }, c }];
}

function link(element: XmlElement, context: BodyContext, compileChildren: CompileChildren): PaperNode[] {
  const c = compileChildren(element, context, 'span');
  const href = attr(element, 'href');
  if (href === undefined || href === '') return c;
  const resolved = resolveHref(context.folder, href);
  if ('path' in resolved && !/\.(x?html?|xml)$/i.test(resolved.path))
    return fileLink(element, href, context, c);
  context.report.add('item/link-removed', placeOf(context, element), href);
  return c;
}

function object(element: XmlElement, context: BodyContext, compileChildren: CompileChildren): PaperNode[] {
  const use = useOf(element);
  if (use === 'image') return image(element, context);
  if (use === 'audio' || use === 'video') return playable(element, use, context);
  const src = sourceOf(element);
  if (use === 'document' && src !== undefined) {
    const c = compileChildren(element, context, 'span');
    return fileLink(element, src, context, c.length > 0 ? c : [src.slice(src.lastIndexOf('/') + 1)]);
  }
  context.report.add('media/type', placeOf(context, element), attr(element, 'type') ?? src ?? '<object>');
  return [];
}

export function compileMediaElement(
  name: string,
  element: XmlElement,
  context: BodyContext,
  compileChildren: CompileChildren,
): PaperNode[] {
  if (name === 'img') return image(element, context);
  if (name === 'picture') {
    const shown = [...descendants(element)].find((inner) => inner.name === 'img');
    return shown === undefined ? [] : image(shown, context);
  }
  if (name === 'audio' || name === 'video') return playable(element, name, context);
  if (name === 'a') return link(element, context, compileChildren);
  return object(element, context, compileChildren);
}
