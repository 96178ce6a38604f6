/**
 * What simulated candidates write, drawn once and played by many: a tape is one typist's saves. Playing one costs what a
 * revision costs, drawing one ten times as much, and headquarters cannot tell: streams, keys and hashes differ.
 */
import { subSeed } from '#domain/random/seeded.ts';
import { plainPaper } from '../bench/bench-site.ts';
import type { Journal } from '../simulate/journal.ts';
import { type Act, Typist } from '../simulate/typist.ts';

/** Files travel apart from the events. */
export type Stroke = Exclude<Act, { t: 'upload' }>;
export type Tape = readonly Stroke[];

export function drawTape(seed: string, number: number, strokes: number): Tape {
  const own = subSeed(seed, 'tape', String(number));
  const typist = new Typist({ paper: plainPaper(), order: own, seed: own, everyMs: 5_000 });
  const tape: Stroke[] = [];
  while (tape.length < strokes) for (const act of typist.next().acts) if (act.t !== 'upload') tape.push(act);
  return tape;
}

/** One stroke into a journal: none, one or several revisions. */
export function play(stroke: Stroke, journal: Journal, at: number): void {
  switch (stroke.t) {
    case 'go':
      return journal.append(stroke.item, { t: 'go' }, at);
    case 'leave':
      journal.leave(stroke.item, at);
      return;
    case 'set':
      return journal.append(stroke.item, { t: 'set', resp: stroke.resp, v: stroke.v }, at);
    case 'type':
      journal.type(stroke.item, stroke.resp, stroke.text, at);
      return;
    case 'mark':
      return journal.append(stroke.item, { t: 'mark', on: stroke.on }, at);
    case 'play':
      return journal.append(
        stroke.item,
        { t: 'play', media: stroke.media, plays: stroke.plays, ms: stroke.ms },
        at,
      );
  }
}
