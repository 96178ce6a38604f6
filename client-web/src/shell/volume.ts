/** Volume of this machine's headphones, set in the waiting room, used by every player, remembered. */
import { createSubscriber } from 'svelte/reactivity';

const STORED = 'gongyuan.volume';

export interface Volume {
  /** 0 to 1. */
  readonly current: number;
  set(volume: number): void;
}

export function createVolume(): Volume {
  let volume = 0.8;
  try {
    const stored = Number.parseFloat(localStorage.getItem(STORED) ?? '');
    if (stored >= 0 && stored <= 1) volume = stored;
  } catch {
    // No storage: the default is audible.
  }
  let changed = () => {};
  const subscribe = createSubscriber((update) => {
    changed = update;
    return () => {
      changed = () => {};
    };
  });
  return {
    get current() {
      subscribe();
      return volume;
    },
    set(next) {
      volume = Math.min(1, Math.max(0, next));
      try {
        localStorage.setItem(STORED, String(volume));
      } catch {
        // Not remembered.
      }
      changed();
    },
  };
}
