/**
 * The language of the screen: Chinese or English, chosen by a person, remembered on this machine, changed without a
 * reload (a reload would cost a candidate her place). Messages read it through Paraglide's `getLocale`, so whatever
 * shows a message shows it anew when the language changes.
 */
import { createSubscriber } from 'svelte/reactivity';

export type Language = 'zh-CN' | 'en';

export const LANGUAGES: readonly { id: Language; name: string }[] = [
  { id: 'zh-CN', name: '中文' },
  { id: 'en', name: 'English' },
];

const STORED = 'gongyuan.language';

export interface LanguageChoice {
  /** Reading it in a template or `$derived` follows later changes. */
  readonly current: Language;
  choose(language: Language): void;
}

function remembered(): Language | null {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === 'zh-CN' || stored === 'en' ? stored : null;
  } catch {
    // Storage may be forbidden; the choice then holds until the page is closed.
    return null;
  }
}

/** Chinese unless this browser asks for another language first. */
function preferred(): Language {
  return /^zh\b/i.test(navigator.language) || navigator.language === '' ? 'zh-CN' : 'en';
}

/** @param bind Paraglide's `overwriteGetLocale` of the application. */
export function createLanguage(bind: (current: () => Language) => void): LanguageChoice {
  let language = remembered() ?? preferred();
  let changed = () => {};
  const subscribe = createSubscriber((update) => {
    changed = update;
    return () => {
      changed = () => {};
    };
  });
  const show = () => {
    document.documentElement.lang = language;
  };
  const choice: LanguageChoice = {
    get current() {
      subscribe();
      return language;
    },
    choose(next) {
      if (next === language) return;
      language = next;
      show();
      try {
        localStorage.setItem(STORED, next);
      } catch {
        // Not remembered, see above.
      }
      changed();
    },
  };
  show();
  bind(() => choice.current);
  return choice;
}
