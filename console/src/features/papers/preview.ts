/**
 * Opens a sealed paper in this browser, for the preview only: the key comes from the box (every look is an event),
 * the ciphertexts are the ones that candidates get. Nothing is stored.
 */
import type { Paper } from '#protocol/paper.ts';
import { PAPER_FORMAT } from '#protocol/paper.ts';
import type { Language } from '#web/texts/language.ts';
import { call } from '../../api/call.ts';
import { Failure } from '../../api/failure.ts';

/** Console → frame, as client-web/src/preview/preview.ts hears it. */
export interface PreviewMessage {
  t: 'preview';
  paper: Paper;
  /** Addresses (blob) of media by id, and of fonts by file. */
  urls: Record<string, string>;
  language: Language;
}

export interface OpenedPaper {
  paper: Paper;
  urls: Record<string, string>;
  /** Gives the memory of media and fonts back. */
  close(): void;
}

/** Throws `preview/damaged` for what can't be fetched or opened, and what the calls throw. */
export async function openPaper(
  paper: string,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<OpenedPaper> {
  const [{ identity }, { Decrypter }] = await Promise.all([
    call('POST /api/v1/console/papers/:paper/preview-key', { paper, signal }),
    import('age-encryption'),
  ]);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const open = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const response = await fetch(`/sealed/${encodeURIComponent(paper)}/${encodeURIComponent(name)}`, {
      signal,
    }).catch(() => {
      throw new Failure('console/offline', 503);
    });
    if (!response.ok) throw new Failure('preview/damaged', response.status, { detail: { file: name } });
    try {
      return new Uint8Array(await decrypter.decrypt(new Uint8Array(await response.arrayBuffer())));
    } catch {
      throw new Failure('preview/damaged', 409, { detail: { file: name } });
    }
  };

  const opened = readPaper(await open('f0.age'));
  const parts = partsOf(opened);
  const urls: Record<string, string> = {};
  const close = () => {
    for (const url of Object.values(urls)) URL.revokeObjectURL(url);
  };
  onProgress(1, parts.length + 1);
  try {
    for (const [index, { key, file, type }] of parts.entries()) {
      urls[key] = URL.createObjectURL(new Blob([await open(file)], { type }));
      onProgress(index + 2, parts.length + 1);
    }
  } catch (thrown) {
    close();
    throw thrown;
  }
  return { paper: opened, urls, close };
}

function readPaper(bytes: Uint8Array): Paper {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && 'format' in value && value.format === PAPER_FORMAT)
      return value as Paper; // made by the box's compiler and sealed; the frame checks what it shows
  } catch {
    // Falls through: what is not JSON is as damaged as what is no paper.
  }
  throw new Failure('preview/damaged', 409, { detail: { file: 'f0.age' } });
}

const FONT_TYPES = { woff2: 'font/woff2', opentype: 'font/otf', truetype: 'font/ttf' } as const;

/** What a paper needs beside itself: media under their ids, fonts under their files. */
export function partsOf({ media, fonts }: Pick<Paper, 'media' | 'fonts'>): {
  key: string;
  file: string;
  type: string;
}[] {
  return [
    ...Object.values(media).map(({ id, file, type }) => ({ key: id, file, type })),
    ...fonts.map(({ file, format }) => ({ key: file, file, type: FONT_TYPES[format] })),
  ];
}
