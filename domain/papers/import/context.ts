/** What travels along while the content of one item, stimulus or rubric is compiled. */
import type { PaperNode, PaperResponse } from '#protocol/paper.ts';
import type { ItemDeclarations } from './declarations.ts';
import type { MediaRegistry } from './media.ts';
import type { Place, Report } from './report.ts';
import type { StyleScope } from './styles.ts';
import type { XmlElement } from './xml-tree.ts';

export interface BodyContext {
  /** Folder of the file, for its references. */
  folder: string;
  file: string;
  item?: string;
  report: Report;
  media: MediaRegistry;
  styles: StyleScope;
  /** Compiles an interaction where one may stand; stimuli and rubrics have none. */
  interact?: (element: XmlElement, context: BodyContext) => PaperNode[];
  /** Inside gap match: identifiers of the gaps met so far. */
  gaps?: string[];
  /** Inside hot text: identifiers of the hot texts met so far. */
  hotTexts?: string[];
  /** Inside `pre`, where blanks count. */
  pre?: boolean;
  /** Files that a link offers: starter material. */
  links: string[];
  /** What only markers may read. */
  markerNotes: string[];
}

/** An item being compiled: its declarations and the responses that its interactions have taken. */
export interface ItemContext extends BodyContext {
  declarations: ItemDeclarations;
  responses: PaperResponse[];
  /** Kind of every interaction that was found, supported or not. */
  kinds: string[];
  /** Responses that interactions name, supported or not. */
  named: string[];
}

export function placeOf(context: BodyContext, element?: XmlElement): Place {
  return { file: context.file, item: context.item, line: element?.line };
}
