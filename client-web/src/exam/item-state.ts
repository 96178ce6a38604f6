/** What the item list says of an item: answered, answered in part, empty; information without a question has no state. */
import { hasAnswer } from '#domain/attempt/merge.ts';
import type { Answers, Interaction, PaperItem, PaperNode, PaperResponse } from '#protocol/paper.ts';

export type ItemState = 'answered' | 'partial' | 'empty' | 'none';

/** All interactions of a tree, those inside prompts, choices and gap texts included. */
export function* interactionsIn(nodes: readonly PaperNode[]): Generator<Interaction> {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    if ('i' in node) {
      yield node.i;
      if ('body' in node.i) yield* interactionsIn(node.i.body);
    } else if ('c' in node && node.c) yield* interactionsIn(node.c);
  }
}

/** Responses that a candidate gives. Listening counts its plays, which is no answer. */
export function answerable(item: PaperItem): PaperResponse[] {
  const media = new Set<string>();
  for (const interaction of interactionsIn(item.body))
    if (interaction.type === 'media') media.add(interaction.response);
  return item.responses.filter((response) => !media.has(response.id));
}

function isComplete(response: PaperResponse, answers: Answers[string] | undefined): boolean {
  const value = answers && Object.hasOwn(answers, response.id) ? (answers[response.id] ?? null) : null;
  if (!hasAnswer(value)) return false;
  const count = Array.isArray(value) ? value.length : 1;
  return count >= (response.min ?? 0);
}

/** @param responses those of the item that a candidate gives (`answerable`). */
export function itemState(item: string, responses: readonly PaperResponse[], answers: Answers): ItemState {
  if (responses.length === 0) return 'none';
  const of = Object.hasOwn(answers, item) ? answers[item] : undefined;
  const complete = responses.filter((response) => isComplete(response, of)).length;
  if (complete === responses.length) return 'answered';
  const begun = responses.some(
    (response) => of && Object.hasOwn(of, response.id) && hasAnswer(of[response.id] ?? null),
  );
  return begun ? 'partial' : 'empty';
}
