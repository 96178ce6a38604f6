/**
 * The kiosk as the screens see it: its snapshot and its clock as reactive values, its commands with refusals caught.
 * One object for the life of the page, handed down by context.
 */
import { getContext, setContext } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { wellFormed } from '#domain/attempt/merge.ts';
import type { ResponseValue } from '#protocol/paper.ts';
import type { Language, LanguageChoice } from '#web/texts/language.ts';
import type { Kiosk, KioskCommands, KioskSnapshot } from './kiosk/kiosk.types.ts';
import type { Display } from './shell/display.ts';
import { createVolume, type Volume } from './shell/volume.ts';

const KEY = Symbol('kiosk view');

export class KioskView {
  readonly kiosk: Kiosk;
  readonly language: LanguageChoice;
  readonly display: Display;
  readonly volume: Volume = createVolume();
  #snapshot: () => void;
  #second: () => void;
  /** Text that was typed and may not be in the snapshot yet, by item and response. */
  #drafts = new Map<string, string>();
  /** End of a paused attempt → time left when that end was told (see `leftMs`). */
  #paused: { key: string; leftMs: number } | null = null;

  constructor(kiosk: Kiosk, language: LanguageChoice, display: Display) {
    this.kiosk = kiosk;
    this.language = language;
    this.display = display;
    this.#snapshot = createSubscriber((update) => kiosk.subscribe(update));
    this.#second = createSubscriber((update) => {
      let timer: ReturnType<typeof setTimeout>;
      const next = () => {
        update();
        timer = setTimeout(next, this.#untilNextSecond());
      };
      timer = setTimeout(next, this.#untilNextSecond());
      return () => clearTimeout(timer);
    });
  }

  /** Reading it in a template or `$derived` follows every change. */
  get now(): KioskSnapshot {
    this.#snapshot();
    return this.kiosk.snapshot;
  }

  get lang(): Language {
    return this.language.current;
  }

  /** Box wall time for labels, followed by the second. */
  get wall(): number {
    this.#second();
    return this.kiosk.wall();
  }

  /** Milliseconds of writing time left, followed by the second; null before the start or without a clock. */
  get leftMs(): number | null {
    // A credit or a pause shows at once, not with the next second.
    this.#snapshot();
    this.#second();
    return this.#left();
  }

  /** Box wall time of a moment of box time. */
  wallOf(boxMs: number): number | null {
    const elapsed = this.kiosk.elapsed();
    return elapsed === null ? null : this.kiosk.wall() + (boxMs - elapsed);
  }

  #left(): number | null {
    const attempt = this.kiosk.snapshot.attempt;
    const elapsed = this.kiosk.elapsed();
    if (!attempt || attempt.endsAt === null || elapsed === null) return null;
    const leftMs = Math.max(0, attempt.endsAt - elapsed);
    if (attempt.pausedAt === null) {
      this.#paused = null;
      return leftMs;
    }
    // While it is paused the box counts the pause into the end at the moment it tells it, and then the end moves on
    // with the clock: what was left when it was told stays left.
    const key = `${attempt.endsAt} ${attempt.pausedAt}`;
    if (this.#paused?.key !== key) this.#paused = { key, leftMs };
    return this.#paused.leftMs;
  }

  /** Wakes just after the figure of the countdown must change, so that all screens of a room change together. */
  #untilNextSecond(): number {
    const left = this.#left() ?? 1000 - (this.kiosk.wall() % 1000);
    return (left % 1000) + 8;
  }

  /** Runs a command; a refusal shows in `now.error`, a failure of the page itself goes to the browser's console. */
  run(command: (kiosk: KioskCommands) => Promise<unknown>): Promise<void> {
    return command(this.kiosk).then(
      () => {},
      (error: unknown) => console.error(error),
    );
  }

  /** Text of a response as it was typed last. */
  text(item: string, response: string): string {
    const answer = this.now.answers[item]?.[response];
    return this.#drafts.get(`${item} ${response}`) ?? (typeof answer === 'string' ? answer : '');
  }

  /** Never during composition. */
  type(item: string, response: string, text: string): void {
    const whole = wellFormed(text);
    this.#drafts.set(`${item} ${response}`, whole);
    this.kiosk.type(item, response, whole);
  }

  async flush(): Promise<void> {
    await this.run((kiosk) => kiosk.flush());
    // What the snapshot now holds is the truth; a draft that differs was typed meanwhile.
    for (const [key, text] of this.#drafts) {
      const [item = '', response = ''] = key.split(' ');
      if ((this.kiosk.snapshot.answers[item]?.[response] ?? '') === text) this.#drafts.delete(key);
    }
  }

  answer(item: string, response: string, value: ResponseValue): void {
    this.#drafts.delete(`${item} ${response}`);
    this.kiosk.answer(item, response, value);
  }
}

export function provideView(view: KioskView): KioskView {
  return setContext(KEY, view);
}

export function useView(): KioskView {
  return getContext<KioskView>(KEY);
}
