/** Sign, word and colour of the states of sessions and sittings. */
import type { SessionRow, SittingState } from '#protocol/console.ts';
import type { Tone } from '#web/controls/tones.ts';
import { m } from '../../paraglide/messages.js';

export interface StateLook {
  tone: Tone;
  sign: string;
  word: string;
}

export function sessionLook(state: SessionRow['state']): StateLook {
  switch (state) {
    case 'planned':
      return { tone: 'plain', sign: '○', word: m.session_state_planned() };
    case 'open':
      return { tone: 'busy', sign: '◌', word: m.session_state_open() };
    case 'running':
      return { tone: 'good', sign: '▶', word: m.session_state_running() };
    case 'ended':
      return { tone: 'plain', sign: '■', word: m.session_state_ended() };
  }
}

export function sittingLook(state: SittingState): StateLook {
  switch (state) {
    case 'planned':
      return { tone: 'plain', sign: '○', word: m.sitting_state_planned() };
    case 'running':
      return { tone: 'good', sign: '▶', word: m.sitting_state_running() };
    case 'paused':
      return { tone: 'care', sign: '⏸', word: m.sitting_state_paused() };
    case 'ended':
      return { tone: 'plain', sign: '■', word: m.sitting_state_ended() };
  }
}
