/** What the exam's parts share: the outline, the item shown, states for the list, moving about, media players. */
import { getContext, setContext, untrack } from 'svelte';
import type { Paper, PaperItem, PaperResponse } from '#protocol/paper.ts';
import type { Chooser } from '../items/item-desk.ts';
import { createPlayers, type Players } from '../items/players.ts';
import type { KioskView } from '../view.ts';
import { answerable, type ItemState, interactionsIn, itemState } from './item-state.ts';
import { type Outline, outline } from './outline.ts';

export type Shown = 'item' | 'overview';

export interface ListedItem {
  id: string;
  number: number;
  title: string;
  state: ItemState;
  marked: boolean;
  seen: boolean;
  current: boolean;
}

export class ExamDesk {
  readonly view: KioskView;
  readonly paper: Paper;
  readonly seed: string;
  readonly outline: Outline;
  readonly players: Players;
  /** Choices of the item shown, for number and letter keys. */
  readonly choosers = new Set<Chooser>();
  shown = $state<Shown>('item');
  palette = $state(false);
  /** A paper does not change while it is written; its trees are walked once. */
  #responses = new Map<string, PaperResponse[]>();

  constructor(view: KioskView, paper: Paper, seed: string) {
    this.view = view;
    this.paper = paper;
    this.seed = seed;
    this.outline = outline(paper, seed);
    this.players = createPlayers(view);
  }

  /** The item on the screen: where the candidate was, the first one otherwise. */
  get current(): PaperItem | null {
    const wanted = this.view.now.item;
    const id = wanted !== null && this.outline.numberOf.has(wanted) ? wanted : this.outline.items[0];
    return id === undefined ? null : (this.paper.items[id] ?? null);
  }

  /** The item shown has something to write in, for which keyboards may lack a symbol. */
  get writes(): boolean {
    const item = this.current;
    if (!item) return false;
    for (const { type } of interactionsIn(item.body))
      if (type === 'text-entry' || type === 'extended-text') return true;
    return false;
  }

  get number(): number {
    return this.current ? (this.outline.numberOf.get(this.current.id) ?? 0) : 0;
  }

  get total(): number {
    return this.outline.items.length;
  }

  /** Items by group, with their states. */
  get listed(): { key: string; titles: string[]; items: ListedItem[] }[] {
    const { answers, marks, seen } = this.view.now;
    const current = this.shown === 'item' ? this.current?.id : undefined;
    return this.outline.groups.map(({ key, titles, items }) => ({
      key,
      titles,
      items: items.map(({ id, number }) => ({
        id,
        number,
        title: this.paper.items[id]?.title ?? '',
        state: itemState(id, this.#responsesOf(id), answers),
        marked: marks.has(id),
        seen: seen.has(id),
        current: id === current,
      })),
    }));
  }

  #responsesOf(id: string): PaperResponse[] {
    let responses = this.#responses.get(id);
    if (!responses) {
      const item = this.paper.items[id];
      responses = item ? answerable(item) : [];
      this.#responses.set(id, responses);
    }
    return responses;
  }

  get counts(): {
    answered: number;
    of: number;
    unanswered: ListedItem[];
    partial: ListedItem[];
    marked: ListedItem[];
  } {
    const all = this.listed.flatMap((group) => group.items);
    const questions = all.filter((item) => item.state !== 'none');
    return {
      answered: questions.filter((item) => item.state === 'answered' || item.state === 'partial').length,
      of: questions.length,
      unanswered: questions.filter((item) => item.state === 'empty'),
      partial: questions.filter((item) => item.state === 'partial'),
      marked: all.filter((item) => item.marked),
    };
  }

  async go(id: string): Promise<void> {
    await this.view.flush();
    this.shown = 'item';
    this.view.kiosk.go(id);
  }

  async overview(): Promise<void> {
    await this.view.flush();
    this.shown = 'overview';
  }

  /** To the item so many places on; past the last one lies the overview. */
  async step(by: number): Promise<void> {
    const id = untrack(() => this.current?.id);
    const at = id === undefined ? -1 : this.outline.items.indexOf(id);
    if (this.shown === 'overview') {
      const last = this.outline.items.at(-1);
      if (by < 0 && last !== undefined) await this.go(last);
      return;
    }
    const next = this.outline.items[at + by];
    if (next !== undefined) await this.go(next);
    else if (by > 0) await this.overview();
  }

  toggleMark(): void {
    const item = untrack(() => this.current);
    if (item && this.shown === 'item')
      this.view.kiosk.mark(item.id, !this.view.kiosk.snapshot.marks.has(item.id));
  }
}

const KEY = Symbol('exam desk');

export function provideExam(desk: ExamDesk): ExamDesk {
  return setContext(KEY, desk);
}

export function useExam(): ExamDesk {
  return getContext<ExamDesk>(KEY);
}
