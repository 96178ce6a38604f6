/** A candidate writes: the typist's steps at their times, into the journal, and on to the outbox. */
import type { Paper } from '#protocol/paper.ts';
import type { Journal } from './journal.ts';
import { type Of, Refusal, type Request } from './socket-client.ts';
import { type Act, Typist } from './typist.ts';
import type { UploadQueue } from './upload-queue.ts';

export interface WritingOf {
  journal: Journal;
  uploads: UploadQueue;
  paper: Paper;
  /** Seed of the candidate's order of items. */
  order: string;
  seed: string;
  everyMs: number;
  /** Box time as this machine counts it. */
  elapsed: () => number;
  paused: () => boolean;
  /** Asks the box; rejects with `Refusal` where there is no line. */
  ask: (request: Request) => Promise<Of<'ok'>> | undefined;
  /** Entries were written, or it was time for some. */
  written: () => void;
}

export class Writing {
  readonly #of: WritingOf;
  readonly #typist: Typist;
  #timer: NodeJS.Timeout | null = null;
  #open = true;

  constructor(of: WritingOf) {
    this.#of = of;
    this.#typist = new Typist(of);
    for (const [item, responses] of Object.entries(of.journal.content.answers))
      for (const [resp, value] of Object.entries(responses))
        if (typeof value === 'string') this.#typist.resume(item, resp, value);
  }

  /** The first step comes after `inMs`: not everybody reads equally fast. */
  begin(inMs: number): void {
    this.#timer = setTimeout(() => this.#next(), inMs);
  }

  /** Pens down: texts are written whole; only files under way may still add an entry. */
  finish(): void {
    this.stop();
    const { journal, elapsed } = this.#of;
    for (const item of this.#typist.items) journal.leave(item, elapsed());
  }

  stop(): void {
    this.#open = false;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #next(): void {
    if (!this.#open) return;
    const { waitMs, acts } = this.#typist.next();
    this.#timer = setTimeout(() => {
      if (!this.#of.paused()) for (const act of acts) this.#perform(act);
      this.#of.written();
      this.#next();
    }, waitMs);
  }

  #perform(act: Act): void {
    const { journal, elapsed, uploads, ask, written } = this.#of;
    const at = elapsed();
    switch (act.t) {
      case 'go':
        return journal.append(act.item, { t: 'go' }, at);
      case 'leave':
        journal.leave(act.item, at);
        return;
      case 'set':
        return journal.append(act.item, { t: 'set', resp: act.resp, v: act.v }, at);
      case 'type':
        journal.type(act.item, act.resp, act.text, at);
        return;
      case 'mark':
        return journal.append(act.item, { t: 'mark', on: act.on }, at);
      case 'play':
        return journal.append(act.item, { t: 'play', media: act.media, plays: act.plays, ms: act.ms }, at);
      case 'upload':
        return uploads.add(act, {
          ask: (request) => ask(request) ?? Promise.reject(new Refusal('offline/no-answer')),
          stored(v) {
            journal.append(act.item, { t: 'set', resp: act.resp, v }, elapsed());
            written();
          },
        });
    }
  }
}
