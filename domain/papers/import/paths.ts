/** References inside a package: `href` and `src` resolved against the file that they stand in. */

export type Resolved =
  | { path: string }
  | { outside: 'network' | 'traversal' | 'malformed' }
  /** `data:` address; its content is in the reference itself. */
  | { data: string }
  /** Only a fragment of the same file. */
  | { fragment: string };

export function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}

export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Lower case, without the dot; empty where there is none. */
export function extensionOf(path: string): string {
  const name = fileNameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** Percent signs that stand for themselves ("50%.png") are common; they are taken as written. */
function unescapeHref(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/**
 * @param folder where the referring file lies, without trailing slash; empty for the package's root.
 * `\` is taken as `/` here (authors on Windows write it); names of entries themselves may not contain it.
 */
export function resolveHref(folder: string, href: string): Resolved {
  const trimmed = href.trim();
  if (trimmed === '') return { outside: 'malformed' };
  if (trimmed.startsWith('#')) return { fragment: trimmed.slice(1) };
  if (/^data:/i.test(trimmed)) return { data: trimmed };
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed) || trimmed.startsWith('//')) return { outside: 'network' };
  const plain = unescapeHref(trimmed.replace(/[?#].*$/s, ''))
    .replace(/\\/g, '/')
    .normalize('NFC');
  if (/[\u0000-\u001f\u007f]/.test(plain)) return { outside: 'malformed' };
  const parts = plain.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of plain.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return { outside: 'traversal' };
  }
  return parts.length === 0 ? { outside: 'malformed' } : { path: parts.join('/') };
}

/** The package's files by exact name, with a second look that ignores case (packages made on Windows). */
export interface FileIndex {
  get(path: string): Uint8Array | undefined;
  /** The name as it is in the package. */
  find(path: string): { path: string; exact: boolean } | undefined;
  paths(): string[];
}

export function indexFiles(files: ReadonlyMap<string, Uint8Array>): FileIndex {
  const folded = new Map<string, string>();
  for (const path of files.keys()) if (!folded.has(path.toLowerCase())) folded.set(path.toLowerCase(), path);
  return {
    get: (path) => files.get(path),
    find(path) {
      if (files.has(path)) return { path, exact: true };
      const other = folded.get(path.toLowerCase());
      return other === undefined ? undefined : { path: other, exact: false };
    },
    paths: () => [...files.keys()],
  };
}
