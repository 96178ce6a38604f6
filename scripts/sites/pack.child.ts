/** Packs a share of the sites in a process of its own. */
import { writeFile } from 'node:fs/promises';
import { answer } from '../bench/children.ts';
import { type Addressee, type Cast, packSites } from './pack.ts';

export interface PackShare {
  cast: Cast;
  to: Addressee;
  /** Of the batches; the index is beside it, with `.json` at its end. */
  file: string;
  from: number;
  step: number;
}

const handlers = {
  /** The index travels by disk: it may be larger than a message should be. */
  async pack({ cast, to, file, from, step }: PackShare): Promise<string> {
    const index = `${file}.json`;
    await writeFile(index, JSON.stringify(await packSites(cast, to, file, { from, step })));
    return index;
  },
};
export type PackHandlers = typeof handlers;

answer(handlers);
