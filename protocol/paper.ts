/**
 * The compiled paper: what a sealed `paper` file holds once it is opened. The importer (domain/papers) makes it from
 * QTI, the candidate application shows it, box and headquarters check responses against it.
 *
 * Everything is named by identifier, never by position. There is no HTML text in it: content is a tree of
 * allow-listed elements, so that a viewer creates elements and never parses markup. Correct responses are not in it.
 */

export const PAPER_FORMAT = 'gongyuan-paper/1';

export interface Paper {
  format: typeof PAPER_FORMAT;
  /** Identifier of the test in its package; the box gives the paper its own id. */
  id: string;
  title: string;
  /** BCP 47 tag of the main language, for `lang` attributes and hyphenation. */
  language: string;
  sections: PaperSection[];
  items: Record<string, PaperItem>;
  stimuli: Record<string, PaperStimulus>;
  media: Record<string, PaperMedia>;
  /** One safe style sheet (allow-listed properties, selectors scoped under `.paper`), attached by `adoptedStyleSheets`. */
  styles: string;
  /** Fonts cut to this paper's characters; `file` names the plain file inside the seal. */
  fonts: PaperFont[];
}

export interface PaperSection {
  id: string;
  title: string;
  /** Instructions shown above the section's items. */
  rubric?: PaperNode[];
  /** Order of the children is drawn per candidate; children with `fixed` stay in place. */
  shuffle?: boolean;
  /** Draw only so many of the children per candidate. */
  select?: number;
  /** Stays in place when the section around it is shuffled. */
  fixed?: boolean;
  /** Always drawn when the section around it draws only some of its children. */
  required?: boolean;
  children: (PaperItemRef | PaperSection)[];
}

export interface PaperItemRef {
  item: string;
  fixed?: boolean;
  required?: boolean;
}

export interface PaperItem {
  id: string;
  title: string;
  language?: string;
  /** Shared stimuli shown beside the item, by id. */
  stimuli: string[];
  body: PaperNode[];
  responses: PaperResponse[];
  /** Highest score where the package says one; shown to the candidate. */
  points?: number;
}

export interface PaperStimulus {
  id: string;
  title: string;
  body: PaperNode[];
}

export interface PaperMedia {
  id: string;
  kind: 'image' | 'audio' | 'video' | 'file';
  /** Plain file name inside the seal (see `SealedFile.name` in protocol/sealed.ts). */
  file: string;
  /** Name for the candidate where the file can be fetched (starter material). */
  name: string;
  type: string;
  bytes: number;
}

export interface PaperFont {
  family: string;
  weight: number;
  file: string;
  format: 'woff2' | 'opentype' | 'truetype';
}

export type Cardinality = 'single' | 'multiple' | 'ordered';
export type BaseType =
  | 'identifier'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'string'
  | 'pair'
  | 'directedPair'
  | 'point'
  | 'file';

/** A response variable and what it may hold: enough for the box to check a revision without the content. */
export interface PaperResponse {
  id: string;
  cardinality: Cardinality;
  base: BaseType;
  /** Permitted identifiers (identifier, pair: both sides; directedPair: `from` and `to`). */
  allowed?: { ids?: string[]; from?: string[]; to?: string[] };
  /** Most values (0 or absent: no limit). */
  max?: number;
  /** Fewest values; below it the item counts as unanswered, it is never refused for it. */
  min?: number;
  /** Longest text in UTF-16 units. */
  maxChars?: number;
  /** Bounds of numbers (slider). */
  lower?: number;
  upper?: number;
  /** Files: largest size and permitted media types (empty: any). */
  maxBytes?: number;
  types?: string[];
}

/** Text, an allow-listed element, an interaction, or (inside gap match and hot text only) a gap or a hot text. */
export type PaperNode = string | PaperElement | PaperInteractionNode | PaperGap | PaperHotText;

export interface PaperElement {
  /** Tag in lower case from `PAPER_ELEMENTS`, or a MathML tag inside `math` from `PAPER_MATH`. */
  e: string;
  /** Allow-listed attributes; `media` on `img` names a medium, `src`, `href`, `style` and `on*` never occur. */
  a?: Record<string, string>;
  c?: PaperNode[];
}

export interface PaperInteractionNode {
  i: Interaction;
}

export interface PaperGap {
  /** Identifier of a gap. */
  g: string;
}

export interface PaperHotText {
  /** Identifier of a hot text. */
  h: string;
  c: PaperNode[];
}

export interface Choice {
  id: string;
  fixed?: boolean;
  c: PaperNode[];
}

/** A choice that may be used several times (`max` 0: without limit). */
export interface AssociableChoice extends Choice {
  max: number;
  min?: number;
}

export interface Spot {
  id: string;
  shape: 'circle' | 'rect' | 'poly' | 'ellipse' | 'default';
  /** In pixels of the image as given, as in HTML image maps. */
  coords: number[];
  /** For screen readers and the keyboard. */
  label?: string;
  max?: number;
}

export interface Picture {
  media: string;
  width: number;
  height: number;
  alt: string;
}

interface Base {
  /** Response variable; empty for `media` without one. */
  response: string;
  prompt?: PaperNode[];
}

export type Interaction =
  | (Base & {
      type: 'choice';
      shuffle: boolean;
      max: number;
      min: number;
      horizontal?: boolean;
      choices: Choice[];
    })
  | (Base & {
      type: 'text-entry';
      columns?: number;
      pattern?: string;
      placeholder?: string;
      numeric?: boolean;
    })
  | (Base & { type: 'extended-text'; lines?: number; maxChars?: number; rich: boolean; placeholder?: string })
  | (Base & { type: 'inline-choice'; shuffle: boolean; choices: Choice[] })
  | (Base & {
      type: 'order';
      shuffle: boolean;
      min: number;
      max: number;
      horizontal?: boolean;
      choices: Choice[];
    })
  | (Base & {
      type: 'match';
      shuffle: boolean;
      max: number;
      min: number;
      rows: AssociableChoice[];
      columns: AssociableChoice[];
    })
  | (Base & { type: 'associate'; shuffle: boolean; max: number; min: number; choices: AssociableChoice[] })
  | (Base & { type: 'gap-match'; shuffle: boolean; words: AssociableChoice[]; body: PaperNode[] })
  | (Base & { type: 'hot-text'; max: number; min: number; body: PaperNode[] })
  | (Base & { type: 'hotspot'; max: number; min: number; picture: Picture; spots: Spot[] })
  | (Base & {
      type: 'graphic-gap-match';
      picture: Picture;
      spots: Spot[];
      words: (AssociableChoice & { media?: string })[];
    })
  | (Base & {
      type: 'slider';
      lower: number;
      upper: number;
      step: number;
      vertical?: boolean;
      reverse?: boolean;
      stepLabel?: boolean;
    })
  | (Base & { type: 'upload'; types: string[]; maxBytes: number; starter: string[] })
  | (Base & { type: 'media'; media: string; kind: 'audio' | 'video'; maxPlays: number; label?: string });

export type InteractionType = Interaction['type'];

/** What a response holds in a revision. Files are named by their digest after the upload. */
export type ResponseValue = null | string | string[] | [string, string][] | FileValue;

export interface FileValue {
  name: string;
  bytes: number;
  /** Lower-case hexadecimal SHA-256 of the file. */
  sha256: string;
  type: string;
}

/** Answers of an attempt: item → response → value. */
export type Answers = Record<string, Record<string, ResponseValue>>;

/** Limits of a value, whatever the paper says. */
export const VALUE_LIMITS = {
  /** Longest text of one response in UTF-16 units. */
  textUnits: 100_000,
  /** Longest identifier. */
  identifier: 128,
  /** Most values of a multiple or ordered response. */
  values: 200,
  /** Largest upload when the item gives no limit, and the most it may ask for. */
  uploadBytes: 20 * 1024 * 1024,
  uploadBytesMost: 200 * 1024 * 1024,
} as const;

/** Elements a body may contain. Tables, lists, ruby and images included; nothing that loads, runs or takes input. */
export const PAPER_ELEMENTS: readonly string[] = [
  'a-ref',
  'abbr',
  'b',
  'bdi',
  'bdo',
  'blockquote',
  'br',
  'caption',
  'cite',
  'code',
  'col',
  'colgroup',
  'dd',
  'del',
  'dfn',
  'div',
  'dl',
  'dt',
  'em',
  'figcaption',
  'figure',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'i',
  'img',
  'ins',
  'kbd',
  'li',
  'math',
  'ol',
  'p',
  'pre',
  'q',
  'rp',
  'rt',
  'ruby',
  's',
  'samp',
  'section',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'tr',
  'u',
  'ul',
  'var',
];

/** Presentation MathML (MathML Core) elements permitted inside `math`. */
export const PAPER_MATH: readonly string[] = [
  'math',
  'mrow',
  'mi',
  'mn',
  'mo',
  'ms',
  'mtext',
  'mspace',
  'mfrac',
  'msqrt',
  'mroot',
  'mstyle',
  'merror',
  'mpadded',
  'mphantom',
  'mfenced',
  'msub',
  'msup',
  'msubsup',
  'munder',
  'mover',
  'munderover',
  'mmultiscripts',
  'mprescripts',
  'none',
  'mtable',
  'mtr',
  'mtd',
  'menclose',
];

/** Attributes permitted on any element of a body, beside those of MathML layout. `class` names are rewritten by the importer. */
export const PAPER_ATTRIBUTES: readonly string[] = [
  'class',
  'lang',
  'dir',
  'title',
  'alt',
  'media',
  'width',
  'height',
  'colspan',
  'rowspan',
  'scope',
  'start',
  'type',
  'reversed',
  'role',
  'aria-label',
  'aria-hidden',
  'aria-describedby',
  'display',
  'mathvariant',
  'accent',
  'accentunder',
  'linethickness',
  'stretchy',
  'fence',
  'separator',
  'lspace',
  'rspace',
  'minsize',
  'maxsize',
  'symmetric',
  'largeop',
  'movablelimits',
  'form',
  'columnalign',
  'rowalign',
  'columnspan',
  'notation',
  'open',
  'close',
  'separators',
  'depth',
  'voffset',
  'id',
];
