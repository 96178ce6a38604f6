/** What every page knows: the box, who is signed in, the time, the choice of exam and session, what was just done. */
import { createContext } from 'svelte';
import type { BoxInfo, Me } from '#protocol/console.ts';
import { extent, type Right } from '#protocol/rights.ts';
import { duration } from '#web/texts/format.ts';
import type { Language, LanguageChoice } from '#web/texts/language.ts';
import { call } from '../api/call.ts';
import { asFailure, type Failure } from '../api/failure.ts';
import * as format from '../words/format.ts';
import { Clock } from './clock.svelte.ts';

export const [app, setApp] = createContext<App>();

export interface Word {
  id: number;
  text: string;
}

/** Before the set-up the box has no time zone; the product's home has one. */
const ZONE_BEFORE_SETUP = 'Asia/Shanghai';
const BOX_EVERY_MS = 15_000;
const BOX_RETRY_MS = 3_000;
const WORD_MS = 5_000;

export class App {
  readonly languageChoice: LanguageChoice;
  readonly clock = new Clock();
  box = $state.raw<BoxInfo | null>(null);
  me = $state.raw<Me | null>(null);
  /** Why the box did not answer the last time it was asked; null while it does. */
  away = $state.raw<Failure | null>(null);
  /** Things done, said in one line each for some seconds. */
  said = $state.raw<readonly Word[]>([]);
  #nextWord = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(language: LanguageChoice) {
    this.languageChoice = language;
  }

  get language(): Language {
    return this.languageChoice.current;
  }

  /** Asks the box who it is, now and every 15 s, so that a lost line and an unconfirmed clock are seen on any page. */
  async start(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.refreshBox();
    } finally {
      this.#timer = setTimeout(() => void this.start(), this.away ? BOX_RETRY_MS : BOX_EVERY_MS);
    }
  }

  async refreshBox(): Promise<void> {
    try {
      const box = await call('GET /api/v1/box', {});
      this.box = box;
      this.clock.set(box.wall, box.elapsed);
      this.away = null;
    } catch (thrown) {
      this.away = asFailure(thrown);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  get timeZone(): string {
    return this.box?.timeZone ?? ZONE_BEFORE_SETUP;
  }

  /** Whether the person has a right; with `room`, whether in that room. */
  may(right: Right, room?: string | null): boolean {
    const me = this.me;
    if (!me?.rights.includes(right)) return false;
    if (room === undefined || room === null) return true;
    return extent(me.role, right) === 'all' || me.rooms.includes(room);
  }

  /** Whether the person has a right in all rooms, and not in the own ones only. */
  everywhere(right: Right): boolean {
    return this.me !== null && extent(this.me.role, right) === 'all';
  }

  say(text: string): void {
    const id = this.#nextWord++;
    this.said = [...this.said, { id, text }];
    setTimeout(() => {
      this.said = this.said.filter((word) => word.id !== id);
    }, WORD_MS);
  }

  /** The right one of two texts. */
  readonly pick = (zh: string, en: string): string => (this.language === 'zh-CN' ? zh : en);

  readonly time = (wall: number) => format.clockTime(wall, this.timeZone);
  readonly shortTime = (wall: number) => format.shortTime(wall, this.timeZone);
  readonly day = (wall: number) => format.dayOf(wall, this.timeZone, this.language);
  readonly dayTime = (wall: number) => format.dayAndTime(wall, this.timeZone, this.language);
  readonly duration = (ms: number) => duration(ms, this.language);
  readonly exact = (ms: number) => format.exactDuration(ms, this.language);
  readonly whole = (count: number) => count.toLocaleString(this.language);
}
