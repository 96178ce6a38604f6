/** What a run must not leave behind, however it ends: undone in the reverse order, each once. */
export class Leftovers {
  #undo: (() => unknown)[] = [];

  add(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** One that fails does not keep the others. */
  async clear(): Promise<void> {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop())
      try {
        await undo();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
  }
}
