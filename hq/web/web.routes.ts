/** The pages of headquarters, where they are built: files from memory. */
import type { FastifyInstance } from 'fastify';
import type { WebFile } from '#node/web/web-files.ts';

export function webRoutes(app: FastifyInstance, files: ReadonlyMap<string, WebFile>): void {
  app.get('/*', (request, reply) => {
    const url = decodeURI(request.url.split('?')[0] ?? '/');
    const file = files.get(url === '/' ? '/index.html' : url);
    if (!file) return reply.callNotFound();
    void reply.header('etag', file.etag).header('vary', 'accept-encoding').type(file.type);
    void reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
    if (file.br && /\bbr\b/.test(request.headers['accept-encoding'] ?? ''))
      return reply.header('content-encoding', 'br').send(file.br);
    return reply.send(file.bytes);
  });
}
