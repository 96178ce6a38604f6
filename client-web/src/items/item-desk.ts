/**
 * What the components of one item know: its answers, its media, its order, and whether it can be written in. Stimuli
 * and instructions have one too, without answers.
 */
import { getContext, setContext } from 'svelte';
import type { Interaction, PaperItem, PaperMedia, PaperResponse, ResponseValue } from '#protocol/paper.ts';
import type { Players } from './players.ts';

/** A choice that number and letter keys can reach. */
export interface Chooser {
  readonly element: HTMLElement;
  /** Chooses (or takes back) the option at this place as shown; false when there is none. */
  choose(at: number): boolean;
}

export interface ItemDesk {
  readonly item: PaperItem | null;
  readonly media: Record<string, PaperMedia>;
  readonly players: Players;
  /** Reactive. */
  value(response: string): ResponseValue;
  response(response: string): PaperResponse | undefined;
  answer(response: string, value: ResponseValue): void;
  text(response: string): string;
  type(response: string, text: string): void;
  flush(): Promise<void>;
  attachFile(response: string, file: File): Promise<void>;
  /** The interaction with its options in this candidate's order. */
  ordered<I extends Interaction>(interaction: I): I;
  mediaUrl(media: string): Promise<string>;
  /** Returns the function that takes it off again. */
  register(chooser: Chooser): () => void;
}

const KEY = Symbol('item desk');

export function provideItem(desk: ItemDesk): ItemDesk {
  return setContext(KEY, desk);
}

export function useItem(): ItemDesk {
  return getContext<ItemDesk>(KEY);
}
