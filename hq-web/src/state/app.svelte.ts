/** What every page knows: who is signed in, the language, what was just done, what waits for somebody. */
import { createContext } from 'svelte';
import type { OfficerRight } from '#protocol/hq.routes.ts';
import { clock, dateTime, duration } from '#web/texts/format.ts';
import type { Language, LanguageChoice } from '#web/texts/language.ts';
import { type Answer, call } from '../api/call.ts';

export const [app, setApp] = createContext<App>();

export type Me = Answer<'GET /api/v1/officer/me'>;
export interface Word {
  id: number;
  text: string;
}
const WORD_MS = 5_000;

export class App {
  readonly languageChoice: LanguageChoice;
  me = $state.raw<Me | null>(null);
  /** Headquarters' name, known before anybody signs in. */
  name = $state('');
  /** Alarms that nobody has seen, and requests that nobody has decided: the rail says how many. */
  openAlarms = $state(0);
  openRequests = $state(0);
  /** Things done, said in one line each for some seconds. */
  said = $state.raw<readonly Word[]>([]);
  #nextWord = 1;

  constructor(language: LanguageChoice) {
    this.languageChoice = language;
  }

  get language(): Language {
    return this.languageChoice.current;
  }

  may(right: OfficerRight): boolean {
    return this.me?.rights.includes(right) ?? false;
  }

  /** Counts what waits. A lost line changes nothing: each page says so itself. */
  async count(): Promise<void> {
    const [alarms, requests] = await Promise.allSettled([
      call('GET /api/v1/officer/alarms', { query: { limit: 1 } }),
      call('GET /api/v1/officer/requests', { query: { state: 'asked', limit: 1 } }),
    ]);
    if (alarms.status === 'fulfilled') this.openAlarms = alarms.value.open;
    if (requests.status === 'fulfilled') this.openRequests = requests.value.open;
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
  readonly dateTime = (wall: number) => dateTime(wall);
  readonly clock = (wall: number) => clock(wall);
  readonly duration = (ms: number) => duration(ms, this.language);
  readonly whole = (count: number) => count.toLocaleString(this.language);
  /** Points: as many decimals as there are, three at most. */
  readonly points = (value: number | null) =>
    value === null ? '—' : value.toLocaleString(this.language, { maximumFractionDigits: 3 });
}
