/** Every character that a paper can show: its fonts are cut to these, and those that no font has are named at import. */
import type { Interaction, Paper, PaperNode, PaperSection } from '#protocol/paper.ts';
import { nodeListsOf } from './walk.ts';

export interface PaperCharacters {
  /** Running text, labels, alternative texts and placeholders; each character once, sorted. */
  text: string;
  /** Inside formulas. */
  math: string;
}

/** Attributes that a viewer shows or a screen reader says; a formula's brackets may be attributes. */
const SHOWN = ['alt', 'title', 'aria-label'];
const SHOWN_MATH = ['open', 'close', 'separators'];

/** What viewers add by themselves: digits, letters and signs of lists, numbers of items, quotes, ellipses. */
const ALWAYS =
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~' +
  '•◦▪–—‘’“”…　、。〈〉《》「」『』（），：；？！';

class Collector {
  readonly text = new Set<string>(ALWAYS);
  readonly math = new Set<string>();

  add(text: string | undefined, math = false): void {
    for (const character of text ?? '') (math ? this.math : this.text).add(character);
  }
}

function collectNodes(nodes: readonly PaperNode[], into: Collector, math: boolean): void {
  for (const node of nodes) {
    if (typeof node === 'string') into.add(node, math);
    else if ('i' in node) collectInteraction(node.i, into);
    else if ('h' in node) collectNodes(node.c, into, math);
    else if ('e' in node) {
      const inside = math || node.e === 'math';
      for (const name of SHOWN) into.add(node.a?.[name]);
      if (inside) for (const name of SHOWN_MATH) into.add(node.a?.[name], true);
      // Without attributes these are drawn all the same (MathML 3, mfenced).
      if (node.e === 'mfenced') into.add('(),', true);
      if (node.e === 'msqrt' || node.e === 'mroot') into.add('√', true);
      collectNodes(node.c ?? [], into, inside);
    }
  }
}

function collectInteraction(interaction: Interaction, into: Collector): void {
  for (const list of nodeListsOf(interaction)) collectNodes(list, into, false);
  if ('placeholder' in interaction) into.add(interaction.placeholder);
  if ('label' in interaction) into.add(interaction.label);
  if ('picture' in interaction) into.add(interaction.picture.alt);
  if ('spots' in interaction) for (const spot of interaction.spots) into.add(spot.label);
}

function collectSections(sections: readonly PaperSection[], into: Collector): void {
  for (const section of sections) {
    into.add(section.title);
    collectNodes(section.rubric ?? [], into, false);
    collectSections(
      section.children.filter((child): child is PaperSection => 'children' in child),
      into,
    );
  }
}

export function paperCharacters(paper: Paper): PaperCharacters {
  const into = new Collector();
  into.add(paper.title);
  collectSections(paper.sections, into);
  for (const part of [...Object.values(paper.items), ...Object.values(paper.stimuli)]) {
    into.add(part.title);
    collectNodes(part.body, into, false);
  }
  // Names of files that can be fetched again are shown beside the link.
  for (const medium of Object.values(paper.media)) into.add(medium.name);
  return { text: [...into.text].sort().join(''), math: [...into.math].sort().join('') };
}
