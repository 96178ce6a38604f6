/** Words for the status of an attempt. */
import type { AttemptStatus } from '#protocol/socket.ts';
import { m } from '../../paraglide/messages.js';
import type { StateLook } from '../choice/states.ts';

export function statusLook(status: AttemptStatus): StateLook {
  switch (status) {
    case 'identified':
      return { tone: 'plain', sign: '○', word: m.status_identified() };
    case 'confirmed':
      return { tone: 'plain', sign: '○', word: m.status_confirmed() };
    case 'waiting':
      return { tone: 'busy', sign: '◌', word: m.status_waiting() };
    case 'writing':
      return { tone: 'busy', sign: '✎', word: m.status_writing() };
    case 'ended':
      return { tone: 'care', sign: '■', word: m.status_ended() };
    case 'submitted':
      return { tone: 'good', sign: '✓', word: m.status_submitted() };
  }
}
