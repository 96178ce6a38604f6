/** A paper's content and a candidate's answers as plain text, for paper: what was asked, and what was answered. */
import { interactionsOf } from '#domain/papers/walk.ts';
import type { Choice, Interaction, PaperItem, PaperNode, ResponseValue } from '#protocol/paper.ts';

const BLOCKS = new Set([
  'p',
  'div',
  'li',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'br',
  'blockquote',
  'pre',
]);

/** Text of content; a place to answer is `____`, a picture its words in brackets. Lines as the content breaks them. */
export function plainText(nodes: readonly PaperNode[]): string {
  return nodes
    .map((node): string => {
      if (typeof node === 'string') return node.replace(/\s+/g, ' ');
      if ('i' in node) return interactionText(node.i);
      if ('g' in node) return ' ____ ';
      if ('h' in node) return plainText(node.c);
      if (node.e === 'img') return node.a?.['alt'] ? `[${node.a['alt']}]` : '[·]';
      const inner = plainText(node.c ?? []);
      return BLOCKS.has(node.e) ? `\n${inner}\n` : inner;
    })
    .join('')
    .replace(/ *\n[ \n]*/g, '\n')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function interactionText(interaction: Interaction): string {
  const prompt = plainText(interaction.prompt ?? []);
  switch (interaction.type) {
    case 'text-entry':
    case 'inline-choice':
      return ' ____ ';
    case 'gap-match':
    case 'hot-text':
      return `\n${prompt}\n${plainText(interaction.body)}\n`;
    default:
      return `\n${prompt}\n`;
  }
}

export interface AnswerLine {
  /** Response variable; shown where an item has several. */
  response: string;
  text: string;
}

/** The answers of an item, in the order of its responses; a response without a value has an empty text. */
export function answerLines(item: PaperItem, values: Readonly<Record<string, ResponseValue>>): AnswerLine[] {
  const interactions = new Map([...interactionsOf(item.body)].map((one) => [one.response, one]));
  return item.responses.map(({ id }) => ({
    response: id,
    text: answerText(Object.hasOwn(values, id) ? (values[id] ?? null) : null, interactions.get(id)),
  }));
}

function answerText(value: ResponseValue, interaction: Interaction | undefined): string {
  if (value === null) return '';
  const words = interaction ? choiceWords(interaction) : new Map<string, string>();
  const named = (id: string) => {
    const text = words.get(id) ?? '';
    return text === '' || text === id ? id : `${id} ${text}`;
  };
  if (typeof value === 'string') return words.has(value) ? named(value) : value;
  if (!Array.isArray(value)) return `${value.name} (${value.bytes} B)\nSHA-256 ${value.sha256}`;
  return value
    .map((one, i) => {
      const text = Array.isArray(one) ? one.map(named).join(' → ') : named(one);
      // Of an order, the place is the answer.
      return interaction?.type === 'order' ? `${i + 1}. ${text}` : text;
    })
    .join('\n');
}

/** Identifier → what stands beside it on the screen. */
function choiceWords(interaction: Interaction): Map<string, string> {
  const words = new Map<string, string>();
  const add = (choices: readonly Choice[]) => {
    for (const choice of choices) words.set(choice.id, plainText(choice.c));
  };
  if ('choices' in interaction) add(interaction.choices);
  if ('words' in interaction) add(interaction.words);
  if (interaction.type === 'match') add([...interaction.rows, ...interaction.columns]);
  if ('spots' in interaction) for (const spot of interaction.spots) words.set(spot.id, spot.label ?? '');
  if (interaction.type === 'hot-text') addHotTexts(interaction.body, words);
  return words;
}

function addHotTexts(nodes: readonly PaperNode[], words: Map<string, string>): void {
  for (const node of nodes) {
    if (typeof node === 'string' || 'i' in node || 'g' in node) continue;
    if ('h' in node) words.set(node.h, plainText(node.c));
    else addHotTexts(node.c ?? [], words);
  }
}
