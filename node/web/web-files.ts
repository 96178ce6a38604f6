/** The built web applications, read once and served from memory, precompressed where the build made it so. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface WebFile {
  bytes: Buffer;
  /** Brotli, where it is smaller. */
  br: Buffer | null;
  type: string;
  etag: string;
  /** Its name carries a hash of its content. */
  immutable: boolean;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.otf': 'font/otf',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
};

/** Files below a folder by URL path (`/console/…`). A folder that was not built has none. */
export function readWebFiles(folder: string, base: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.br') || entry.name.endsWith('.gz')) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `${base}${path.slice(folder.length).replaceAll('\\', '/')}`;
    const bytes = readFileSync(path);
    const br = existsSync(`${path}.br`) ? readFileSync(`${path}.br`) : null;
    files.set(url, {
      bytes,
      br: br && br.length < bytes.length ? br : null,
      type: TYPES[extname(entry.name)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      immutable:
        /[/_](assets|immutable)\//.test(url) || /[.-][A-Za-z0-9_-]{8,}\.(js|css|woff2|otf)$/.test(entry.name),
    });
  }
  return files;
}

/** CSP sources of the inline scripts in built pages: nothing else inline may run. */
export function inlineScriptHashes(files: ReadonlyMap<string, WebFile>): string[] {
  const hashes = new Set<string>();
  for (const [url, { bytes }] of files) {
    if (!url.endsWith('.html')) continue;
    for (const [, attributes = '', code = ''] of bytes
      .toString('utf8')
      .matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g))
      if (!/\ssrc=/.test(attributes) && code.trim() !== '')
        hashes.add(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  }
  return [...hashes];
}

/** One policy for every page of the box. */
export function contentSecurityPolicy(scriptHashes: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${scriptHashes.join(' ')}`.trim(),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data: blob:",
    "connect-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "frame-src 'self'",
    // A browser's viewer shows a report (a PDF in a frame) as an object of the report's own address.
    "object-src 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}
