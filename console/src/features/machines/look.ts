/** Sign, word and colour of a machine's state. */
import type { MachineState } from '#protocol/console.ts';
import { m } from '../../paraglide/messages.js';
import type { StateLook } from '../choice/states.ts';

export function machineLook(state: MachineState): StateLook {
  switch (state) {
    case 'enrolled':
      return { tone: 'plain', sign: '○', word: m.machine_state_enrolled() };
    case 'connected':
      return { tone: 'good', sign: '●', word: m.machine_state_connected() };
    case 'in-use':
      return { tone: 'busy', sign: '✎', word: m.machine_state_in_use() };
    case 'lost':
      return { tone: 'care', sign: '⌁', word: m.machine_state_lost() };
    case 'conflict':
      return { tone: 'trouble', sign: '⚠', word: m.machine_state_conflict() };
    case 'retired':
      return { tone: 'plain', sign: '–', word: m.machine_state_retired() };
  }
}
