/** The answer light in words: colour + sign + word, and when it was last true. */
import { clock } from '#web/texts/format.ts';
import type { KioskSnapshot, Light } from '../kiosk/kiosk.types.ts';
import { m } from '../texts.ts';

export interface LightWords {
  tone: 'quiet' | 'good' | 'care' | 'trouble';
  sign: 'dots' | 'save' | 'check' | 'double' | 'offline' | 'alert';
  words: string;
  /** `14:05:09`, or empty. */
  at: string;
}

const SHAPE: Record<Light, Pick<LightWords, 'tone' | 'sign'>> = {
  none: { tone: 'quiet', sign: 'dots' },
  saving: { tone: 'quiet', sign: 'dots' },
  machine: { tone: 'quiet', sign: 'save' },
  server: { tone: 'good', sign: 'check' },
  both: { tone: 'good', sign: 'double' },
  offline: { tone: 'care', sign: 'offline' },
  failed: { tone: 'trouble', sign: 'alert' },
};

function words(light: Light): string {
  switch (light) {
    case 'none':
      return m.light_none();
    case 'saving':
      return m.light_saving();
    case 'machine':
      return m.light_machine();
    case 'server':
      return m.light_server();
    case 'both':
      return m.light_both();
    case 'offline':
      return m.light_offline();
    case 'failed':
      return m.light_failed();
  }
}

export function lightWords(now: Pick<KioskSnapshot, 'light' | 'savedWall'>): LightWords {
  const dated =
    now.light === 'machine' || now.light === 'server' || now.light === 'both' || now.light === 'offline';
  return {
    ...SHAPE[now.light],
    words: words(now.light),
    at: dated && now.savedWall !== null ? clock(now.savedWall) : '',
  };
}
