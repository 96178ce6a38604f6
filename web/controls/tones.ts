/** Colours of a state; never without a sign and a word. Trouble is for trouble only. */
export type Tone = 'plain' | 'busy' | 'good' | 'care' | 'trouble';

export const TONES: Record<Tone, string> = {
  plain: 'bg-sunken text-ink',
  busy: 'bg-primary-soft text-primary-strong',
  good: 'bg-good-soft text-good',
  care: 'bg-care-soft text-care-strong',
  trouble: 'bg-trouble-soft text-trouble-strong',
};
