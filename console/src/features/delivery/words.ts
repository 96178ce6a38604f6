/** Signs, words and colours of the exchange with headquarters. */
import type { BatchRow, HqState } from '#protocol/delivery.ts';
import type { Tone } from '#web/controls/tones.ts';
import { m } from '../../paraglide/messages.js';

export interface Look {
  tone: Tone;
  sign: string;
  word: string;
}

export function hqLook(state: HqState): Look {
  if (!state.connection) return { tone: 'plain', sign: '–', word: m.hq_none() };
  if (state.syncing) return { tone: 'busy', sign: '▶', word: m.hq_sending() };
  if (state.fault) return { tone: 'trouble', sign: '⚠', word: m.hq_trouble() };
  if (state.acknowledged >= state.size) return { tone: 'good', sign: '●', word: m.hq_all_there() };
  return { tone: 'busy', sign: '◐', word: m.hq_more_waits() };
}

export function agreementLook({ agrees }: Pick<HqState, 'agrees'>): Look {
  if (agrees === null) return { tone: 'plain', sign: '–', word: m.hq_not_compared() };
  return agrees
    ? { tone: 'good', sign: '✓', word: m.hq_agrees() }
    : { tone: 'trouble', sign: '⚠', word: m.hq_differs() };
}

export function batchLook({ state, taken, code }: BatchRow, time: (wall: number) => string): Look {
  if (state === 'taken')
    return { tone: 'good', sign: '✓', word: m.hq_batch_taken({ time: taken === null ? '' : time(taken) }) };
  if (state === 'refused')
    return { tone: 'trouble', sign: '⚠', word: m.hq_batch_refused({ code: code ?? '' }) };
  return { tone: 'busy', sign: '◐', word: m.hq_batch_ready() };
}

/** Enough of a root to compare by eye. */
export const shortRoot = (root: string) => (root === '' ? '–' : root.slice(0, 12));
