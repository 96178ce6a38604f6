/** How the screen looks: size of text and colours, chosen by the candidate and remembered on this machine. */
import { createSubscriber } from 'svelte/reactivity';

export const ZOOMS = [100, 125, 150, 200] as const;
export type Zoom = (typeof ZOOMS)[number];
export type Theme = 'light' | 'contrast';

const STORED = 'gongyuan.display';

export interface Display {
  readonly zoom: Zoom;
  readonly theme: Theme;
  set(change: { zoom?: Zoom; theme?: Theme }): void;
}

function read(): { zoom: Zoom; theme: Theme } {
  const contrast =
    matchMedia('(prefers-contrast: more)').matches || matchMedia('(forced-colors: active)').matches;
  const fallback: { zoom: Zoom; theme: Theme } = { zoom: 100, theme: contrast ? 'contrast' : 'light' };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return fallback;
    const zoom = ZOOMS.find((one) => 'zoom' in stored && stored.zoom === one) ?? fallback.zoom;
    const theme =
      'theme' in stored && (stored.theme === 'contrast' || stored.theme === 'light')
        ? stored.theme
        : fallback.theme;
    return { zoom, theme };
  } catch {
    // No storage, or not ours: the default is never wrong.
    return fallback;
  }
}

export function createDisplay(): Display {
  let state = read();
  let changed = () => {};
  const subscribe = createSubscriber((update) => {
    changed = update;
    return () => {
      changed = () => {};
    };
  });
  const show = () => {
    const root = document.documentElement;
    root.dataset.theme = state.theme;
    // Everything is sized in rem, so the root's size is the zoom.
    root.dataset.zoom = String(state.zoom);
  };
  show();
  return {
    get zoom() {
      subscribe();
      return state.zoom;
    },
    get theme() {
      subscribe();
      return state.theme;
    },
    set(change) {
      state = { ...state, ...change };
      show();
      try {
        localStorage.setItem(STORED, JSON.stringify(state));
      } catch {
        // Not remembered.
      }
      changed();
    },
  };
}
