/** Sealed papers on the wire: the manifest that travels in the open beside age v1 files. See docs/protocol.md, "Sealed papers". */

export const MANIFEST_PURPOSE = 'gongyuan/manifest/v1';

export interface SealedFile {
  /** Name of the ciphertext: `f0.age`, `f1.age`, …; it says nothing of the content. */
  name: string;
  role: 'paper' | 'media' | 'font';
  /** Size of the ciphertext in bytes. */
  bytes: number;
  /** Lower-case hexadecimal SHA-256 of the ciphertext. */
  sha256: string;
}

/**
 * Canonical JSON (RFC 8785); signed with Ed25519 over `MANIFEST_PURPOSE + "\n" + text`.
 * Inside the seal, `f0.age` is always the paper (JSON, UTF-8); media and fonts follow. `Paper.media[].file` and
 * `Paper.fonts[].file` name these ciphertext names.
 */
export interface SealedManifest {
  v: 1;
  /** The box's id of the paper version. */
  paper: string;
  /** Wall time of sealing, milliseconds since 1970 UTC. */
  sealed: number;
  /** Earliest opening, milliseconds since 1970 UTC; 0 where no time was set. */
  notBefore: number;
  /** age X25519 recipient (`age1…`) that every file is sealed for. */
  recipient: string;
  /** Release codes needed and issued; 0 and 0 where the box itself holds the identity. */
  n: number;
  m: number;
  files: SealedFile[];
}
