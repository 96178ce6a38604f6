/**
 * Checkpoints in the form of C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint): three lines, signed as a note
 * by node/signing/note.ts.
 */
export interface Checkpoint {
  /** `site/box/epoch`. */
  origin: string;
  size: number;
  /** base64 (standard alphabet, padded) of the root. */
  root: string;
}

export function checkpointOrigin(site: string, box: string, epoch: number): string {
  return `${site}/${box}/${epoch}`;
}

export function encodeCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root}\n`;
}

/** The checkpoint in a note's text; null when it is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(text);
  if (!match) return null;
  const [, origin = '', size = '', root = ''] = match;
  return { origin, size: Number(size), root };
}
