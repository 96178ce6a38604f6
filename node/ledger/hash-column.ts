/** Hashes of a stream by rev, 32 bytes each: millions of them stay small. */
const HASH_BYTES = 32;

export class HashColumn {
  #bytes: Buffer = Buffer.alloc(HASH_BYTES * 16);
  #count = 0;

  /** `genesis`: base64url, what rev 1 continues. */
  constructor(genesis: string) {
    this.#bytes.write(genesis, 0, 'base64url');
  }

  /** The highest rev; 0 with the genesis alone. */
  get count(): number {
    return this.#count;
  }

  get last(): string {
    return this.at(this.#count) ?? '';
  }

  /** base64url hash at `rev`; null where there is none (a rev that was jumped over has zeros). */
  at(rev: number): string | null {
    if (rev < 0 || rev > this.#count) return null;
    return this.#bytes.toString('base64url', rev * HASH_BYTES, (rev + 1) * HASH_BYTES);
  }

  put(rev: number, hash: string): void {
    const end = (rev + 1) * HASH_BYTES;
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
    this.#bytes.write(hash, rev * HASH_BYTES, 'base64url');
    this.#count = Math.max(this.#count, rev);
  }
}
