/** One candidate's paper as a list to walk: items numbered through, gathered under the titles of their sections. */
import { type OrderedSection, orderPaper } from '#domain/papers/order.ts';
import type { Paper, PaperNode } from '#protocol/paper.ts';

export interface OutlineGroup {
  /** Key for lists; a section with subsections between its items makes several groups. */
  key: string;
  /** Titles from the outermost section inwards. */
  titles: string[];
  /** Instructions of the sections that begin with this group. */
  rubric: PaperNode[];
  items: { id: string; number: number }[];
}

export interface Outline {
  groups: OutlineGroup[];
  /** Item identifiers in order. */
  items: string[];
  numberOf: ReadonlyMap<string, number>;
  groupOf: ReadonlyMap<string, OutlineGroup>;
}

export function outline(paper: Pick<Paper, 'sections'>, seed: string): Outline {
  const ordered = orderPaper(paper, seed);
  const groups: OutlineGroup[] = [];
  const numberOf = new Map<string, number>();
  const groupOf = new Map<string, OutlineGroup>();
  /** Rubrics of sections that were entered and have shown no item yet. */
  let waiting: PaperNode[] = [];
  const walk = (section: OrderedSection, titles: string[]) => {
    const path = section.title === '' ? titles : [...titles, section.title];
    waiting = [...waiting, ...(section.rubric ?? [])];
    let group: OutlineGroup | null = null;
    for (const child of section.children) {
      if ('children' in child) {
        group = null;
        walk(child, path);
        continue;
      }
      if (!group) {
        group = { key: `${groups.length}`, titles: path, rubric: waiting, items: [] };
        waiting = [];
        groups.push(group);
      }
      const number = numberOf.size + 1;
      group.items.push({ id: child.item, number });
      numberOf.set(child.item, number);
      groupOf.set(child.item, group);
    }
  };
  for (const section of ordered.sections) walk(section, []);
  return { groups, items: ordered.items, numberOf, groupOf };
}
