/** Seals a compiled paper: every part for one fresh identity, beside a signed manifest. Nothing touches a disk. */
import type { BoxKey } from '#node/signing/box-key.ts';
import type { SealedFile } from '#protocol/sealed.ts';
import { generateIdentity, sealFile } from './age-file.ts';
import { type SignedManifest, sealedName, sha256Hex, signManifest } from './manifest.ts';

export interface SealedPart {
  role: 'media' | 'font';
  bytes: Uint8Array;
}

export interface PaperToSeal {
  /** The box's id of the paper version. */
  paper: string;
  /** The compiled paper as UTF-8 JSON, without correct responses. It becomes `f0.age`. */
  text: Uint8Array;
  /**
   * Media and fonts by their names inside the seal, exactly `f1.age` to `fN.age` (`sealedName`): the paper's text
   * names them so, therefore they are fixed before. Other names would tell something in the open.
   */
  files: ReadonlyMap<string, SealedPart>;
  /** Wall time of sealing, milliseconds since 1970 UTC. */
  sealedWallMs: number;
  /** Earliest opening, milliseconds since 1970 UTC; 0 where none was set. */
  notBeforeMs: number;
  /** Release codes needed (`n`) and issued (`m`); absent where the box holds the identity. */
  releaseCodes?: { n: number; m: number };
  key: BoxKey;
  /** Correct responses, sealed for headquarters alone; absent where there is no recipient to seal them for. */
  responses?: { bytes: Uint8Array; recipient: string };
}

export interface SealedPaper extends SignedManifest {
  /** Secret: opens every file of this paper version. */
  identity: string;
  /** Ciphertexts by name, `f0.age` first. */
  files: Map<string, Uint8Array>;
  /** Correct responses, sealed for headquarters; not in the manifest and never sent to a machine. */
  responses?: Uint8Array;
}

/** Throws `seal/recipient` for a bad recipient of the responses, `TypeError` for names or numbers out of form. */
export async function sealPaper(input: PaperToSeal): Promise<SealedPaper> {
  const responses = input.responses && (await sealFile(input.responses.bytes, input.responses.recipient));
  const { identity, recipient } = await generateIdentity();
  const files = new Map<string, Uint8Array>();
  const entries: SealedFile[] = [];

  for (const { name, role, bytes } of inOrder(input)) {
    const ciphertext = await sealFile(bytes, recipient);
    files.set(name, ciphertext);
    entries.push({ name, role, bytes: ciphertext.length, sha256: sha256Hex(ciphertext) });
  }

  const signed = signManifest(
    {
      v: 1,
      paper: input.paper,
      sealed: input.sealedWallMs,
      notBefore: input.notBeforeMs,
      recipient,
      n: input.releaseCodes?.n ?? 0,
      m: input.releaseCodes?.m ?? 0,
      files: entries,
    },
    input.key,
  );
  return { ...signed, identity, files, ...(responses && { responses }) };
}

function* inOrder(
  input: PaperToSeal,
): Generator<{ name: string; role: SealedFile['role']; bytes: Uint8Array }> {
  yield { name: sealedName(0), role: 'paper', bytes: input.text };
  for (let index = 1; index <= input.files.size; index += 1) {
    const name = sealedName(index);
    const part = input.files.get(name);
    if (part === undefined)
      throw new TypeError(`files inside a seal are f1.age to fN.age; there is no ${name}`);
    yield { name, ...part };
  }
}
