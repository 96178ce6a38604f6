/**
 * One after the other: work that reads the present state, decides, and appends takes a turn, so that what it read still
 * holds when its events are committed. Preparation, opening of entry and seating share one `Turns`.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it has ended, well or badly. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
