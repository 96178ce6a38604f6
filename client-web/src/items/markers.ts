/**
 * Light formatting by marks in plain text, so that an essay stays plain text in journal and ledger:
 * `**bold**`, `*italic*`, `__underlined__`, `^{raised}`, `_{lowered}`, `# heading`, `- point`, `1. point`.
 * Read into the paper's own tree; a mark without its partner is shown as it stands. Pure.
 */
import type { PaperElement, PaperNode } from '#protocol/paper.ts';

// As in CommonMark, a mark opens before a word and closes after one: `3 * 4 * 5` is a sum.
const INLINE =
  /\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)|__(?=\S)(.+?)(?<=\S)__|\*(?=[^\s*])(.+?)(?<=\S)\*|\^\{(.+?)\}|_\{(.+?)\}/s;
const TAGS = ['b', 'u', 'i', 'sup', 'sub'] as const;

function inline(text: string, depth = 0): PaperNode[] {
  const found = depth > 8 ? null : INLINE.exec(text);
  if (!found) return text === '' ? [] : [text];
  const at = TAGS.findIndex((_, group) => found[group + 1] !== undefined);
  const inner = found[at + 1] ?? '';
  const after = text.slice(found.index + found[0].length);
  const before = text.slice(0, found.index);
  return [
    ...(before === '' ? [] : [before]),
    { e: TAGS[at] ?? 'span', c: inline(inner, depth + 1) },
    ...inline(after, depth),
  ];
}

/** @returns blocks: paragraphs (one a line, as Chinese essays are written), headings and lists. */
export function marked(text: string): PaperElement[] {
  const blocks: PaperElement[] = [];
  let open: 'ul' | 'ol' | null = null;
  for (const line of text.split('\n')) {
    const point = /^\s*(?:([-•])|(\d{1,3})[.、])\s+(.*)$/.exec(line);
    if (point) {
      const tag = point[1] === undefined ? 'ol' : 'ul';
      if (open !== tag) blocks.push({ e: tag, c: [] });
      open = tag;
      blocks.at(-1)?.c?.push({ e: 'li', c: inline(point[3] ?? '') });
      continue;
    }
    open = null;
    const heading = /^(#{1,3})\s+(.*)$/.exec(line);
    if (heading) blocks.push({ e: `h${(heading[1]?.length ?? 1) + 2}`, c: inline(heading[2] ?? '') });
    else if (line.trim() !== '') blocks.push({ e: 'p', c: inline(line) });
  }
  return blocks;
}
