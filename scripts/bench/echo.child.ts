/** The yardstick: a bare wss server with the box's own options that sends every frame back. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { ensureAuthority, ensureServerCertificate } from '#node/certificates/certificates.ts';
import { FRAME_BYTES } from '#protocol/socket.ts';
import { answer, type Handlers } from './children.ts';

async function open({ keys }: { keys: string }): Promise<{ url: string; ca: string }> {
  const now = new Date();
  await ensureAuthority(keys, { siteName: 'echo', now });
  const certificate = await ensureServerCertificate(keys, {
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    now,
  });
  const server = createServer({ key: certificate.key, cert: certificate.chain, minVersion: 'TLSv1.2' });
  const sockets = new WebSocketServer({
    server,
    maxPayload: FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer, binary) => socket.send(data, { binary }));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `wss://localhost:${(server.address() as AddressInfo).port}`, ca: certificate.ca };
}

const handlers = { open } satisfies Handlers;
export type EchoHandlers = typeof handlers;
answer(handlers);
