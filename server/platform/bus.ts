/** What features tell each other after a commit. One typed map of every event; listeners must not throw. */
export interface BusEvents {
  /** Something about this seat of the live map may have changed. */
  seat: { room: string; label: string };
  /** Everything of a session's map may have changed: start, end, pause, credit, seating. */
  session: { session: string };
  /** The list of machines changed: connected, pending, walk, retired. */
  machines: Record<string, never>;
  /** A notice for staff. */
  notice: { notice: string; text: string; wall: number };
}

type Listener<K extends keyof BusEvents> = (event: BusEvents[K]) => void;

export class Bus {
  readonly #listeners = new Map<keyof BusEvents, Set<Listener<never>>>();

  on<K extends keyof BusEvents>(name: K, listener: Listener<K>): () => void {
    let listeners = this.#listeners.get(name);
    if (!listeners) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    listeners.add(listener as Listener<never>);
    return () => listeners.delete(listener as Listener<never>);
  }

  emit<K extends keyof BusEvents>(name: K, event: BusEvents[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<K>)(event);
  }
}
