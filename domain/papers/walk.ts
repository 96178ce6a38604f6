/** Going through a compiled paper's content. */
import type { Interaction, PaperNode } from '#protocol/paper.ts';

/** Interactions in document order, also those inside gap match and hot text. */
export function* interactionsOf(nodes: readonly PaperNode[]): Generator<Interaction> {
  for (const node of nodes) {
    if (typeof node === 'string' || 'g' in node) continue;
    if ('i' in node) {
      yield node.i;
      if (node.i.type === 'gap-match' || node.i.type === 'hot-text') yield* interactionsOf(node.i.body);
    } else yield* interactionsOf(node.c ?? []);
  }
}

/** Lists of nodes directly inside an interaction: prompt, choices, bodies. */
export function nodeListsOf(interaction: Interaction): (readonly PaperNode[])[] {
  const lists: (readonly PaperNode[])[] = [interaction.prompt ?? []];
  if ('choices' in interaction) lists.push(...interaction.choices.map((choice) => choice.c));
  if ('words' in interaction) lists.push(...interaction.words.map((word) => word.c));
  if ('body' in interaction) lists.push(interaction.body);
  if (interaction.type === 'match')
    lists.push(...[...interaction.rows, ...interaction.columns].map((choice) => choice.c));
  return lists;
}
