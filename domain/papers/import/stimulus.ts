/** Shared stimuli: passages and figures that several items show. */
import type { PaperStimulus } from '#protocol/paper.ts';
import { compileChildren } from './content.ts';
import type { BodyContext } from './context.ts';
import { isIdentifier } from './identifiers.ts';
import { wrapBody } from './item.ts';
import type { Package } from './package.ts';
import { folderOf } from './paths.ts';
import type { Place } from './report.ts';
import { attr, childrenOf, firstChild, kind } from './xml-tree.ts';

/** @param place where the item refers to it. */
export function compileStimulus(
  id: string,
  path: string,
  place: Place,
  pack: Package,
): PaperStimulus | undefined {
  if (!isIdentifier(id)) pack.report.add('item/identifier', place, id);
  const root = pack.load(path, place);
  if (root === undefined) return undefined;
  const body = firstChild(root, 'stimulusBody');
  if (kind(root) !== 'assessmentStimulus' || body === undefined) {
    pack.report.add('stimulus/not-stimulus', { ...place, file: path, line: root.line }, `<${root.name}>`);
    return undefined;
  }
  const folder = folderOf(path);
  const sheets = childrenOf(root, 'stylesheet').map((element) => ({
    href: attr(element, 'href') ?? '',
    line: element.line,
  }));
  const context: BodyContext = {
    folder,
    file: path,
    ...(place.item === undefined ? {} : { item: place.item }),
    report: pack.report,
    media: pack.media,
    styles: pack.styles.scope(folder, sheets, { file: path }),
    links: [],
    markerNotes: [],
  };
  return {
    id,
    title: attr(root, 'title') ?? '',
    body: wrapBody(body, compileChildren(body, context), context),
  };
}
