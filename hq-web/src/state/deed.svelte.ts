/** One action at headquarters that a button starts: busy while it runs, its failure afterwards. A second click waits. */
import { asFailure, type Failure } from '../api/failure.ts';

export class Deed {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);

  /** True if it was done. */
  async run(act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
