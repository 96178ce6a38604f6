/**
 * Collects the bytes of a file. pdfkit gives them in hundreds of thousands of pieces of some bytes each, of which every one
 * would weigh ten times its content if it were kept: they are copied together into blocks.
 */
const BLOCK = 1024 * 1024;

export class ByteSink {
  readonly #full: Uint8Array[] = [];
  #block = new Uint8Array(BLOCK);
  #used = 0;

  add(piece: Uint8Array): void {
    for (let from = 0; from < piece.length; ) {
      if (this.#used === BLOCK) {
        this.#full.push(this.#block);
        this.#block = new Uint8Array(BLOCK);
        this.#used = 0;
      }
      const part = piece.subarray(from, from + BLOCK - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
    }
  }

  /** All of it in one; blocks are let go of as they are copied. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#full.length * BLOCK + this.#used);
    let at = 0;
    for (let block = this.#full.shift(); block; block = this.#full.shift()) {
      bytes.set(block, at);
      at += BLOCK;
    }
    bytes.set(this.#block.subarray(0, this.#used), at);
    return bytes;
  }
}
