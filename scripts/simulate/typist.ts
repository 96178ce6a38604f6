/**
 * What a person does with a paper, drawn from a seed: goes from item to item and back, types in bursts and corrects,
 * chooses and changes their mind, marks, plays, uploads. Pure: the same seed and paper give the same steps.
 */
import { orderPaper } from '#domain/papers/order.ts';
import { interactionsOf } from '#domain/papers/walk.ts';
import { pick, type Rng, seeded, subSeed } from '#domain/random/seeded.ts';
import type { Interaction, Paper, PaperItem, PaperResponse, ResponseValue } from '#protocol/paper.ts';
import { drawFile, drawValue, type SimulatedFile } from './values.ts';
import { changeText, type Language } from './words.ts';

export type Act =
  | { t: 'go'; item: string }
  | { t: 'leave'; item: string }
  | { t: 'set'; item: string; resp: string; v: ResponseValue }
  /** The response's whole text after the change. */
  | { t: 'type'; item: string; resp: string; text: string }
  | { t: 'mark'; item: string; on: boolean }
  | { t: 'play'; item: string; media: string; plays: number; ms: number }
  | { t: 'upload'; item: string; resp: string; file: SimulatedFile };

/** Acts that happen together `waitMs` after the step before. */
export interface Step {
  waitMs: number;
  acts: Act[];
}

export interface TypistOf {
  paper: Paper;
  /** Seed of the candidate's order of items (`AttemptState.seed`). */
  order: string;
  seed: string;
  /** Mean time between saves. */
  everyMs: number;
}

/** A text longer than this is an essay to the typist: bursts of typing, again and again. */
const ESSAY_CHARS = 120;

export class Typist {
  readonly items: readonly string[];
  readonly #paper: Paper;
  readonly #rng: Rng;
  readonly #everyMs: number;
  readonly #texts = new Map<string, string>();
  readonly #plays = new Map<string, number>();
  readonly #marked = new Set<string>();
  readonly #uploaded = new Set<string>();
  /** Groups of acts still to be done on this item; each is one save. */
  #plan: Act[][] = [];
  #at = -1;
  #item: string | null = null;
  /** Saves left of this burst, and time owed to the mean. */
  #burst = 0;
  #owedMs = 0;

  constructor({ paper, order, seed, everyMs }: TypistOf) {
    this.#paper = paper;
    this.items = orderPaper(paper, order).items;
    this.#rng = seeded(subSeed(seed, 'typist'));
    this.#everyMs = everyMs;
  }

  /** Texts that are there already (a machine change): typing goes on from them. */
  resume(item: string, resp: string, text: string): void {
    this.#texts.set(`${item}\n${resp}`, text);
  }

  next(): Step {
    const acts = this.#plan.shift() ?? this.#visit();
    return { waitMs: this.#wait(acts.length), acts };
  }

  /** Short gaps inside a burst, then a pause that brings the mean back to `everyMs` a save. */
  #wait(saves: number): number {
    this.#owedMs += saves * this.#everyMs;
    if (this.#burst <= 0) {
      this.#burst = 2 + this.#rng.below(6);
      const waitMs = Math.max(1, this.#owedMs);
      this.#owedMs = 0;
      return waitMs;
    }
    this.#burst -= 1;
    const gap = Math.min(this.#everyMs, 1_000) * (0.6 + this.#chance() * 0.8);
    this.#owedMs -= gap;
    return Math.round(gap);
  }

  /** Goes to the next item, or sometimes back; returns the first acts there. */
  #visit(): Act[] {
    const left: Act[] = this.#item === null ? [] : [{ t: 'leave', item: this.#item }];
    const item = this.#choose();
    this.#item = item;
    const of = this.#paper.items[item];
    if (of) this.#plan = this.#planOf(of);
    return [...left, { t: 'go', item }];
  }

  #choose(): string {
    const back = this.#at > 1 && this.#chance() < 0.2;
    if (!back && this.#at + 1 < this.items.length) return this.items[++this.#at] ?? '';
    const marked = [...this.#marked];
    if (marked.length > 0 && this.#chance() < 0.5) return pick(marked, this.#rng);
    return pick(this.items, this.#rng);
  }

  #planOf(item: PaperItem): Act[][] {
    const interactions = [...interactionsOf(item.body)];
    const counters = new Set(interactions.filter((one) => one.type === 'media').map((one) => one.response));
    const plan: Act[][] = [];
    for (const one of interactions) if (one.type === 'media') plan.push(...this.#play(item.id, one));
    for (const response of item.responses)
      if (!counters.has(response.id) && this.#chance() < 0.92) plan.push(...this.#answer(item, response));
    if (this.#marked.has(item.id) ? this.#chance() < 0.6 : this.#chance() < 0.1) {
      const on = !this.#marked.has(item.id);
      if (on) this.#marked.add(item.id);
      else this.#marked.delete(item.id);
      plan.push([{ t: 'mark', item: item.id, on }]);
    }
    return plan;
  }

  #play(item: string, media: Extract<Interaction, { type: 'media' }>): Act[][] {
    const before = this.#plays.get(media.media) ?? 0;
    if (media.maxPlays > 0 && before >= media.maxPlays) return [];
    const plays = before + 1;
    this.#plays.set(media.media, plays);
    const at = (ms: number): Act[] => [{ t: 'play', item, media: media.media, plays, ms }];
    return [at(0), at(1_000 + this.#rng.below(20_000))];
  }

  #answer(item: PaperItem, response: PaperResponse): Act[][] {
    if (response.base === 'file') return this.#upload(item.id, response);
    if (response.base === 'string' && response.cardinality === 'single') return this.#write(item, response);
    const times = this.#chance() < 0.3 ? 2 : 1;
    return Array.from({ length: times }, () => [
      { t: 'set', item: item.id, resp: response.id, v: drawValue(response, this.#rng) } satisfies Act,
    ]);
  }

  #write(item: PaperItem, response: PaperResponse): Act[][] {
    const key = `${item.id}\n${response.id}`;
    const most = response.maxChars ?? 20_000;
    const essay = most > ESSAY_CHARS && isEssay(item, response);
    const times = essay ? 4 + this.#rng.below(30) : 1 + this.#rng.below(2);
    const language: Language = (item.language ?? this.#paper.language).startsWith('zh') ? 'zh' : 'en';
    const plan: Act[][] = [];
    for (let i = 0; i < times; i++) {
      const before = this.#texts.get(key) ?? '';
      const text = changeText(before, { most, essay, language }, this.#rng);
      if (text === before) continue;
      this.#texts.set(key, text);
      plan.push([{ t: 'type', item: item.id, resp: response.id, text }]);
    }
    return plan;
  }

  #upload(item: string, response: PaperResponse): Act[][] {
    const key = `${item}\n${response.id}`;
    if (this.#uploaded.has(key) && this.#chance() < 0.8) return [];
    this.#uploaded.add(key);
    return [[{ t: 'upload', item, resp: response.id, file: drawFile(response, this.#rng) }]];
  }

  #chance(): number {
    return this.#rng.next() / 0x1_0000_0000;
  }
}

function isEssay(item: PaperItem, response: PaperResponse): boolean {
  return [...interactionsOf(item.body)].some(
    (one) => one.type === 'extended-text' && one.response === response.id,
  );
}
