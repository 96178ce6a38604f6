/** Pages and files of the kiosk (at `/`) and the console (at `/console`). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebFile } from '#node/web/web-files.ts';
import { CHECK_PATH } from '#protocol/reports.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { UiFonts } from './ui-fonts.ts';

/** Pages by the address that people see. */
const PAGES: Record<string, string | undefined> = {
  '/': '/index.html',
  '/verify': '/verify.html',
  [CHECK_PATH]: '/check.html',
};

export function webRoutes(
  app: FastifyInstance,
  deps: Deps,
  files: ReadonlyMap<string, WebFile>,
  fonts: UiFonts,
): void {
  const send = (request: FastifyRequest, reply: FastifyReply, file: WebFile, url: string) => {
    void reply.header('etag', file.etag).header('vary', 'accept-encoding').type(file.type);
    void reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (url === '/sw.js') void reply.header('service-worker-allowed', '/');
    if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
    if (file.br && /\bbr\b/.test(request.headers['accept-encoding'] ?? ''))
      return reply.header('content-encoding', 'br').send(file.br);
    return reply.send(file.bytes);
  };

  app.get<{ Params: { file: string } }>('/fonts/:file', async (request, reply) => {
    const file = await fonts.file(request.params.file);
    if (!file) return reply.callNotFound();
    return send(request, reply, file, request.url);
  });

  app.get('/*', (request, reply) => {
    const url = decodeURI(request.url.split('?')[0] ?? '/');
    const isConsole = url === '/console' || url.startsWith('/console/');
    const asked = PAGES[url] ?? url;
    const file = files.get(asked);
    const page =
      file ?? (isPage(request) ? files.get(isConsole ? '/console/index.html' : '/index.html') : undefined);
    if (!page) return reply.callNotFound();
    // The kiosk has one origin for the site's life: its journal and key belong to it (M15).
    const { host } = request.headers;
    if (
      !isConsole &&
      isPage(request) &&
      host !== undefined &&
      `https://${host}` !== deps.box.origin &&
      !url.startsWith('/verify') &&
      !url.startsWith(CHECK_PATH) &&
      !url.startsWith('/preview')
    )
      return reply.redirect(`${deps.box.origin}${url}`, 302);
    return send(request, reply, page, asked);
  });
}

function isPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}
