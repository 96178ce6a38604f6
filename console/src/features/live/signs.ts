/** Sign, word and colours of a seat on the map (UI.md, The room). */
import type { SeatSign } from '#protocol/console.ts';
import { m } from '../../paraglide/messages.js';

export interface SignLook {
  sign: string;
  word: string;
  /** Colour of the sign in a text. */
  ink: string;
  /** The seat's cell: ground, border and ink. */
  cell: string;
  /** The seat's dot on the small map. */
  dot: string;
}

const LOOKS: Record<SeatSign, Omit<SignLook, 'word'> & { word: () => string }> = {
  trouble: {
    sign: '⚠',
    word: m.sign_trouble,
    ink: 'text-trouble',
    cell: 'border-trouble bg-trouble-soft text-trouble-strong',
    dot: 'bg-trouble',
  },
  locked: {
    sign: '⊘',
    word: m.sign_locked,
    ink: 'text-trouble',
    cell: 'border-trouble bg-trouble-soft text-trouble-strong',
    dot: 'bg-trouble',
  },
  offline: {
    sign: '⌁',
    word: m.sign_offline,
    ink: 'text-care-strong',
    cell: 'border-care bg-care-soft text-care-strong',
    dot: 'bg-care',
  },
  'not-arrived': {
    sign: '○',
    word: m.sign_not_arrived,
    ink: 'text-muted',
    cell: 'border-dashed border-line-strong bg-surface text-muted',
    dot: 'border border-line-strong',
  },
  waiting: {
    sign: '◌',
    word: m.sign_waiting,
    ink: 'text-primary',
    cell: 'border-primary bg-primary-soft text-primary-strong',
    dot: 'border border-primary bg-primary-soft',
  },
  writing: {
    sign: '✎',
    word: m.sign_writing,
    ink: 'text-primary-strong',
    cell: 'border-line-strong bg-surface text-ink',
    dot: 'bg-primary',
  },
  ended: {
    sign: '■',
    word: m.sign_ended,
    ink: 'text-care-strong',
    cell: 'border-care bg-care-soft text-care-strong',
    dot: 'bg-care',
  },
  submitted: {
    sign: '✓',
    word: m.sign_submitted,
    ink: 'text-good',
    cell: 'border-good bg-good-soft text-good',
    dot: 'bg-good',
  },
  absent: {
    sign: '–',
    word: m.sign_absent,
    ink: 'text-muted',
    cell: 'border-line bg-sunken text-muted',
    dot: 'bg-line-strong',
  },
  empty: {
    sign: '',
    word: m.sign_empty,
    ink: 'text-muted',
    cell: 'border-line bg-paper text-muted',
    dot: 'bg-line',
  },
};

export function signLook(sign: SeatSign): SignLook {
  const look = LOOKS[sign];
  return { ...look, word: look.word() };
}
