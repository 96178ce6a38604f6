/**
 * A candidate who writes in a `World` while everything fails, and a witness who remembers what the light promised: what
 * was shown as saved must be there after a crash, what was shown as on the server must be on the server.
 */
import { wellFormed } from '#domain/attempt/merge.ts';
import type { ResponseValue } from '#protocol/paper.ts';
import type { Kiosk, KioskSnapshot } from '../src/kiosk/kiosk.types.ts';
import { TICKET, type World } from './kiosk-world.ts';

/** Values a response may have at the end: the last written, or earlier ones back to the last that was promised. */
interface Trace {
  values: string[];
  /** A page died since the last value was written: it, or an earlier one that was not replaced safely, may be what is left. */
  doubtful: boolean;
  promised: number;
}

export class Candidate {
  readonly #world: World;
  readonly faults: string[] = [];
  #traces = new Map<string, Trace>();
  #texts = new Map<string, string>();
  #unsubscribe: () => void = () => undefined;
  /** The store kept what it said; otherwise only the server's word counts after a crash. */
  storeSound = true;
  /** The box never went back behind what it acknowledged. */
  boxSound = true;

  constructor(world: World) {
    this.#world = world;
  }

  sit(kiosk: Kiosk): void {
    this.#unsubscribe();
    this.#unsubscribe = kiosk.subscribe((snapshot) => this.#witness(snapshot));
  }

  get #kiosk(): Kiosk | null {
    const { kiosk } = this.#world;
    return kiosk && kiosk.snapshot.stage === 'exam' ? kiosk : null;
  }

  /** Types: the text after the change, as an input field would give it. */
  type(item: string, change: (before: string) => string): void {
    const kiosk = this.#kiosk;
    if (!kiosk) return;
    const key = `${item} text`;
    const shown = kiosk.snapshot.answers[item];
    const value = shown && Object.hasOwn(shown, 'text') ? shown['text'] : '';
    const before = this.#texts.get(key) ?? (typeof value === 'string' ? value : '');
    const text = change(before);
    this.#texts.set(key, text);
    // Half a character can't be kept; it becomes U+FFFD.
    if (wellFormed(text) !== wellFormed(before)) this.#wrote(key, wellFormed(text));
    kiosk.type(item, 'text', text);
  }

  choose(item: string, value: ResponseValue): void {
    const kiosk = this.#kiosk;
    if (!kiosk) return;
    if (shownValue(kiosk.snapshot.answers, item, 'choice') !== JSON.stringify(value))
      this.#wrote(`${item} choice`, value);
    kiosk.answer(item, 'choice', value);
  }

  /** The page is gone: what was not promised may be gone with it. */
  crashed(): void {
    this.#unsubscribe();
    this.#texts.clear();
    for (const trace of this.#traces.values()) {
      trace.values = trace.values.slice(Math.max(0, trace.promised));
      trace.promised = trace.promised >= 0 ? 0 : -1;
      trace.doubtful = true;
    }
  }

  /** What the reloaded page shows of what was written: the promised, or newer. */
  check(answers: KioskSnapshot['answers'], what: string): void {
    for (const [key, trace] of this.#traces) {
      const [item = '', response = ''] = key.split(' ');
      const shown = shownValue(answers, item, response);
      const possible = trace.promised < 0 ? [...trace.values, 'null', '""'] : trace.values;
      const allowed = trace.doubtful ? possible : trace.values.slice(-1);
      if (!allowed.includes(shown))
        this.faults.push(
          `${what}: ${key} is ${shown.slice(0, 60)}, not one of ${allowed.length} allowed, last ${trace.values.at(-1)?.slice(0, 60)}`,
        );
    }
  }

  #wrote(key: string, value: ResponseValue): void {
    let trace = this.#traces.get(key);
    if (!trace) {
      trace = { values: [], promised: -1, doubtful: false };
      this.#traces.set(key, trace);
    }
    trace.values.push(JSON.stringify(value));
    trace.doubtful = false;
  }

  #witness(snapshot: KioskSnapshot): void {
    const { light } = snapshot;
    const onServer = light === 'server' || light === 'both';
    if (onServer && this.boxSound) {
      const attempt = this.#world.server.attempt(TICKET);
      const { answers } = this.#world.server.content(attempt);
      for (const [item, of] of Object.entries(snapshot.answers))
        for (const response of Object.keys(of))
          if (shownValue(snapshot.answers, item, response) !== shownValue(answers, item, response))
            this.faults.push(`the light says server, but ${item} ${response} is not there`);
    }
    if (onServer || (this.storeSound && (light === 'machine' || light === 'offline')))
      this.#promise(snapshot);
  }

  /** Everything shown now is promised. */
  #promise(snapshot: KioskSnapshot): void {
    for (const [key, trace] of this.#traces) {
      const [item = '', response = ''] = key.split(' ');
      const shown = shownValue(snapshot.answers, item, response);
      const index = trace.values.lastIndexOf(shown);
      trace.promised = Math.max(trace.promised, index);
    }
  }
}

function shownValue(answers: KioskSnapshot['answers'], item: string, response: string): string {
  const of = Object.hasOwn(answers, item) ? answers[item] : undefined;
  const value = of && Object.hasOwn(of, response) ? of[response] : null;
  // A text that was never written is an empty one.
  return JSON.stringify(response === 'text' ? (value ?? '') : value);
}
