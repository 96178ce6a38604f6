/**
 * The order in which one candidate gets items and options, drawn from a recorded seed: the same seed gives the same
 * order on the box, in the kiosk and at headquarters. Answers name identifiers, so no order can ever change them.
 */
import { seeded, shuffle, subSeed } from '#domain/random/seeded.ts';
import type { Interaction, Paper, PaperItemRef, PaperNode, PaperSection } from '#protocol/paper.ts';

export interface OrderedSection {
  id: string;
  title: string;
  rubric?: PaperNode[];
  children: (OrderedSection | { item: string })[];
}

export interface OrderedPaper {
  sections: OrderedSection[];
  /** All items of this candidate in order. */
  items: string[];
}

type Child = PaperItemRef | PaperSection;

/** Shuffles all that is not fixed; the fixed keep their position (QTI `ordering` and `shuffle`). */
function shuffleAround<T extends { fixed?: boolean }>(children: readonly T[], seed: string): T[] {
  const drawn = shuffle(
    children.filter((child) => child.fixed !== true),
    seeded(seed),
  );
  let next = 0;
  return children.map((child) => (child.fixed === true ? child : drawn[next++]!));
}

/** Draws `select` children; the required are always among them, and all keep the order of the paper. */
function selectChildren(children: readonly Child[], select: number, seed: string): Child[] {
  const optional = children.filter((child) => child.required !== true);
  const places = Math.max(0, select - (children.length - optional.length));
  const drawn = new Set(shuffle(optional, seeded(seed)).slice(0, places));
  return children.filter((child) => child.required === true || drawn.has(child));
}

function orderSection(section: PaperSection, seed: string): OrderedSection {
  // Every section draws from a seed of its own, so that a change in one moves nothing in the others.
  const own = subSeed(seed, 'section', section.id);
  let children: Child[] = section.children;
  if (section.select !== undefined && section.select < children.length)
    children = selectChildren(children, section.select, subSeed(own, 'select'));
  if (section.shuffle === true) children = shuffleAround(children, subSeed(own, 'shuffle'));
  return {
    id: section.id,
    title: section.title,
    ...(section.rubric === undefined ? {} : { rubric: section.rubric }),
    children: children.map((child) =>
      'children' in child ? orderSection(child, seed) : { item: child.item },
    ),
  };
}

function* itemsIn(section: OrderedSection): Generator<string> {
  for (const child of section.children)
    if ('children' in child) yield* itemsIn(child);
    else yield child.item;
}

/** @param seed the candidate's, as recorded in the ledger. */
export function orderPaper(paper: Pick<Paper, 'sections'>, seed: string): OrderedPaper {
  const sections = paper.sections.map((section) => orderSection(section, seed));
  return { sections, items: sections.flatMap((section) => [...itemsIn(section)]) };
}

/**
 * The interaction with its options in this candidate's order; as given where it is not shuffled. Nothing else changes.
 * @param item identifier of the item, so that the same interaction in two items is drawn twice.
 */
export function orderChoices<I extends Interaction>(interaction: I, seed: string, item: string): I {
  if (!('shuffle' in interaction) || !interaction.shuffle) return interaction;
  const own = subSeed(seed, 'choices', item, interaction.response);
  const reordered: Partial<Record<'choices' | 'rows' | 'columns' | 'words', unknown>> = {};
  if ('choices' in interaction) reordered.choices = shuffleAround(interaction.choices, own);
  if ('words' in interaction) reordered.words = shuffleAround(interaction.words, own);
  if ('rows' in interaction) {
    reordered.rows = shuffleAround(interaction.rows, subSeed(own, 'rows'));
    reordered.columns = shuffleAround(interaction.columns, subSeed(own, 'columns'));
  }
  return { ...interaction, ...reordered };
}
