/**
 * Listening: one player for each medium of the paper, which plays on when the candidate turns to another item. How
 * often it was started, and where it is, goes to the journal, so that both survive a crash and a change of machine.
 *
 * A position above zero means a play that was begun and not finished: going on from there is no new play.
 */
import { createSubscriber } from 'svelte/reactivity';
import type { KioskView } from '../view.ts';

/** How often the position is journalled while it plays. */
const REPORT_MS = 5_000;
/** So close to the end a play counts as finished. */
const TAIL_MS = 400;

export type PlayerState = 'idle' | 'loading' | 'playing' | 'paused' | 'failed';

export interface Player {
  readonly state: PlayerState;
  /** Milliseconds into the medium. */
  readonly atMs: number;
  /** Null until the medium told its length. */
  readonly lengthMs: number | null;
  /** Times it was started, the running one included. */
  readonly plays: number;
  /** A play was begun and not finished. */
  readonly begun: boolean;
  /** The element, for video. */
  readonly element: HTMLMediaElement;
  start(): Promise<void>;
  pause(): void;
  /** Only where plays are not limited. */
  seek(ms: number): void;
}

export interface Players {
  get(media: string, kind: 'audio' | 'video', item: string, maxPlays: number): Player;
  /** Media that are heard now. */
  readonly playing: readonly { item: string; media: string }[];
  stop(): void;
}

export function createPlayers(view: KioskView): Players {
  const players = new Map<string, { player: Player; item: string; stop(): void }>();
  let changed = () => {};
  const subscribe = createSubscriber((update) => {
    changed = update;
    return () => {
      changed = () => {};
    };
  });

  function create(media: string, kind: 'audio' | 'video', item: string, maxPlays: number) {
    const element = document.createElement(kind);
    element.preload = 'auto';
    if (element instanceof HTMLVideoElement) element.playsInline = true;
    let state: PlayerState = 'idle';
    let reported = 0;
    const stored = () => view.kiosk.snapshot.plays[media] ?? { plays: 0, ms: 0 };
    const atMs = () => (state === 'idle' ? stored().ms : Math.round(element.currentTime * 1000));
    const set = (next: PlayerState) => {
      state = next;
      changed();
    };
    const report = (plays: number, ms: number) => {
      reported = performance.now();
      view.kiosk.play(item, media, plays, Math.max(0, Math.round(ms)));
    };
    const load = async () => {
      if (element.src !== '') return;
      element.src = await view.kiosk.mediaUrl(media);
    };
    element.addEventListener('timeupdate', () => {
      if (state === 'playing' && performance.now() - reported >= REPORT_MS) report(stored().plays, atMs());
      changed();
    });
    element.addEventListener('durationchange', () => changed());
    element.addEventListener('ended', () => {
      set('idle');
      report(stored().plays, 0);
      changed();
    });
    element.addEventListener('error', () => {
      if (element.src !== '') set('failed');
    });
    const player: Player = {
      element,
      get state() {
        subscribe();
        return state;
      },
      get atMs() {
        subscribe();
        return atMs();
      },
      get lengthMs() {
        subscribe();
        return Number.isFinite(element.duration) ? Math.round(element.duration * 1000) : null;
      },
      get plays() {
        return view.now.plays[media]?.plays ?? 0;
      },
      get begun() {
        return (view.now.plays[media]?.ms ?? 0) > 0;
      },
      async start() {
        const { plays, ms } = stored();
        const resumes = ms > 0;
        if (!resumes && maxPlays > 0 && plays >= maxPlays) return;
        try {
          set('loading');
          await load();
          element.volume = view.volume.current;
          const from = state === 'paused' ? element.currentTime * 1000 : resumes ? ms : 0;
          if (Math.abs(element.currentTime * 1000 - from) > TAIL_MS) element.currentTime = from / 1000;
          // Counted before the first sound: a crash must not give a play for nothing.
          report(resumes ? plays : plays + 1, Math.max(1, from));
          await element.play();
          set('playing');
        } catch (error) {
          console.error(error);
          set('failed');
        }
      },
      pause() {
        if (state !== 'playing') return;
        element.pause();
        set('paused');
        report(stored().plays, Math.max(1, element.currentTime * 1000));
      },
      seek(ms) {
        if (maxPlays > 0) return;
        element.currentTime = ms / 1000;
        if (stored().plays > 0) report(stored().plays, Math.max(1, ms));
        changed();
      },
    };
    return {
      player,
      item,
      stop() {
        player.pause();
        element.removeAttribute('src');
        element.load();
      },
    };
  }

  return {
    get(media, kind, item, maxPlays) {
      let one = players.get(media);
      if (!one) {
        one = create(media, kind, item, maxPlays);
        players.set(media, one);
      }
      return one.player;
    },
    get playing() {
      subscribe();
      return [...players]
        .filter(([, { player }]) => player.state === 'playing')
        .map(([media, { item }]) => ({ item, media }));
    },
    stop() {
      for (const { stop } of players.values()) stop();
      players.clear();
    },
  };
}
