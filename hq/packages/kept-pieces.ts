/** Of papers, in memory while one call publishes for many sites. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Every site's file has the same papers: they are read once while there is room. A paper's files never change. */
export class KeptPieces {
  readonly #pieces = new Map<string, Uint8Array>();
  #bytes = 0;

  async get(key: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#pieces.get(key);
    if (known) return known;
    const piece = await read();
    if (this.#bytes + piece.length <= KEPT_BYTES) {
      this.#pieces.set(key, piece);
      this.#bytes += piece.length;
    }
    return piece;
  }
}
