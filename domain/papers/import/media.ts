/** Media of a paper: every file that its content refers to, checked once, named `m1`, `m2`, … in order of first use. */
import type { PaperMedia } from '#protocol/paper.ts';
import { sealedName } from '../sealed-names.ts';
import { fromBase64 } from './base64.ts';
import { extensionOfType, type FileType, fileTypeOf, pictureSize } from './file-types.ts';
import { extensionOf, type FileIndex, fileNameOf, resolveHref } from './paths.ts';
import type { Place, Report } from './report.ts';
import { svgOffence, svgSize } from './svg.ts';
import type { ParseXml } from './xml-tree.ts';

export type MediaKind = PaperMedia['kind'];

export interface FoundMedium {
  id: string;
  width?: number;
  height?: number;
}

export interface MediaRegistry {
  /**
   * @param folder of the referring file.
   * @param apart a name for a use of its own: a medium with a play limit is counted apart from other uses of its file.
   * @returns `undefined` where the file cannot be used; the reason is in the report.
   */
  take(kind: MediaKind, folder: string, href: string, place: Place, apart?: string): FoundMedium | undefined;
  /** Media by id and their bytes by name inside the seal. */
  result(): { media: Record<string, PaperMedia>; files: Map<string, Uint8Array> };
}

interface Checked {
  file: string;
  type: FileType;
  bytes: Uint8Array;
  name: string;
  size?: { width: number; height: number };
}

function decodeDataAddress(href: string): { name: string; bytes: Uint8Array } | undefined {
  const found = /^data:([a-z]+\/[a-z0-9.+-]+)(?:;[a-z0-9=-]+)*;base64,(.*)$/is.exec(href);
  if (found === null) return undefined;
  const extension = extensionOfType(found[1]!.toLowerCase());
  const bytes = fromBase64(found[2]!);
  return extension === undefined || bytes === undefined
    ? undefined
    : { name: `embedded.${extension}`, bytes };
}

/** An audio element may play an .mp4 or .webm file, a film shown as sound does no harm. */
function suits(kind: MediaKind, use: FileType['use']): boolean {
  if (kind === 'file') return true;
  return use === kind || (kind === 'audio' && use === 'video');
}

export function createMediaRegistry(index: FileIndex, parseXml: ParseXml, report: Report): MediaRegistry {
  const checked = new Map<string, Checked | null>();
  const byUse = new Map<string, string>();
  const media: Record<string, PaperMedia> = {};
  const files = new Map<string, Uint8Array>();

  function checkContent(name: string, path: string, bytes: Uint8Array, place: Place): Checked | null {
    const type = fileTypeOf(extensionOf(name));
    if (type === undefined) {
      report.add('media/type', place, path);
      return null;
    }
    let size = pictureSize(bytes);
    if (type.type === 'image/svg+xml') {
      const parsed = parseXml(bytes);
      if ('fault' in parsed) {
        report.add(
          parsed.fault.code,
          { file: path, item: place.item, line: parsed.fault.line },
          parsed.fault.detail,
        );
        return null;
      }
      const offence = svgOffence(parsed.root, bytes);
      if (offence !== undefined) {
        report.add('media/unsafe-svg', { file: path, item: place.item, line: offence.line }, offence.what);
        return null;
      }
      size = svgSize(parsed.root);
    } else if (type.begins !== undefined && !type.begins(bytes)) {
      report.add('media/mismatch', place, path);
      return null;
    }
    const file = sealedName(files.size + 1);
    files.set(file, bytes);
    return { file, type, bytes, name, ...(size === undefined ? {} : { size }) };
  }

  function checkOnce(key: string, name: string, bytes: Uint8Array, place: Place): Checked | null {
    const known = checked.get(key);
    if (known !== undefined && known !== null) return known;
    // A file that was refused is looked at again, so that every place that uses it is named.
    const result = checkContent(name, key.startsWith('data:') ? name : key, bytes, place);
    checked.set(key, result);
    return result;
  }

  function find(folder: string, href: string, place: Place): Checked | null {
    const resolved = resolveHref(folder, href);
    if ('data' in resolved) {
      const decoded = decodeDataAddress(resolved.data);
      if (decoded !== undefined) return checkOnce(resolved.data, decoded.name, decoded.bytes, place);
      report.add('media/data-address', place, resolved.data.slice(0, 40));
      return null;
    }
    if ('outside' in resolved) {
      if (resolved.outside === 'network') report.add('media/external', place, href);
      else if (resolved.outside === 'traversal') report.add('package/unsafe-path', place, href);
      else report.add('media/missing', place, href);
      return null;
    }
    const found = 'path' in resolved ? index.find(resolved.path) : undefined;
    const bytes = found === undefined ? undefined : index.get(found.path);
    if (found === undefined || bytes === undefined) {
      report.add('media/missing', place, 'path' in resolved ? resolved.path : href);
      return null;
    }
    if (!found.exact) report.add('media/case', place, `${href} / ${found.path}`);
    return checkOnce(found.path, fileNameOf(found.path), bytes, place);
  }

  return {
    take(kind, folder, href, place, apart = '') {
      const found = find(folder, href, place);
      if (found === null) return undefined;
      if (!suits(kind, found.type.use)) {
        report.add('media/type', place, found.name);
        return undefined;
      }
      const use = JSON.stringify([kind, found.file, apart]);
      let id = byUse.get(use);
      if (id === undefined) {
        id = `m${byUse.size + 1}`;
        byUse.set(use, id);
        media[id] = {
          id,
          kind,
          file: found.file,
          name: found.name,
          type: found.type.type,
          bytes: found.bytes.length,
        };
      }
      return { id, ...found.size };
    },
    result: () => ({ media, files }),
  };
}
