/** All sockets of machines: by machine, by attempt, and those without a seat. A machine has one: the newest. */
import type { Connection } from './connection.ts';

export class Connections {
  readonly #all = new Set<Connection>();
  readonly #byMachine = new Map<string, Connection>();
  readonly #byAttempt = new Map<string, Connection>();
  #share = 0;

  add(connection: Connection): void {
    this.#all.add(connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    this.releaseAttempt(connection);
    const { machine } = connection;
    if (machine && this.#byMachine.get(machine.machine) === connection)
      this.#byMachine.delete(machine.machine);
  }

  /** The machine is now behind this socket; returns the socket it was behind before. */
  bindMachine(connection: Connection, machine: string): Connection | null {
    const before = this.#byMachine.get(machine) ?? null;
    this.#byMachine.set(machine, connection);
    return before === connection ? null : before;
  }

  bindAttempt(connection: Connection, attempt: string): void {
    this.releaseAttempt(connection);
    connection.attempt = attempt;
    this.#byAttempt.set(attempt, connection);
  }

  releaseAttempt(connection: Connection): void {
    const { attempt } = connection;
    if (attempt && this.#byAttempt.get(attempt) === connection) this.#byAttempt.delete(attempt);
    connection.attempt = null;
  }

  ofMachine(machine: string): Connection | null {
    return this.#byMachine.get(machine) ?? null;
  }

  ofAttempt(attempt: string): Connection | null {
    return this.#byAttempt.get(attempt) ?? null;
  }

  /**
   * Ticks one of `shares` parts of the sockets, the next part at the next call: pings to all machines of a site in one
   * instant would hold up everybody's answers.
   */
  tickShare(shares: number): void {
    this.#share = (this.#share + 1) % shares;
    let at = 0;
    for (const connection of this.#all) if (at++ % shares === this.#share) connection.tick();
  }

  all(): Iterable<Connection> {
    return this.#all;
  }

  get size(): number {
    return this.#all.size;
  }
}
