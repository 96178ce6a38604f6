/**
 * What an upload leaves where no program can reach: Node reads TLS records into a buffer on the stack, and every HTTP
 * parser into one buffer of the process. Both keep the last 16 KiB (one record) until somebody sends as much again. So
 * the box sends itself zeros the same way, over loopback, with a key made for the moment in place of certificates.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';

const ZEROS = 256 * 1024;
const PATIENCE_MS = 5_000;
/** Suites with a shared key exist up to TLS 1.2 only; record and parser are the same in all versions. */
const TLS = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;

/** Resolves when both have been written over; rejects where loopback does not work. */
export function wipeUpload(): Promise<void> {
  const psk = randomBytes(32);
  const server = createServer({ ...TLS, pskCallback: () => psk }, (request, response) => {
    request.resume();
    request.once('end', () => response.end());
  });
  const wiped = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('tlsClientError', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // a server that listens on TCP has one
      const socket = connect({
        ...TLS,
        port,
        host: '127.0.0.1',
        pskCallback: () => ({ psk, identity: 'wipe' }),
        checkServerIdentity: () => undefined, // whoever has the key is this very function
      });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('loopback does not answer')));
      socket.once('error', reject);
      socket.once('data', () => {
        socket.destroy();
        resolve();
      });
      socket.write(`POST / HTTP/1.1\r\nHost: wipe\r\nContent-Length: ${ZEROS}\r\n\r\n`);
      socket.write(Buffer.alloc(ZEROS));
    });
  });
  return wiped.finally(() => {
    server.close();
    server.closeAllConnections();
  });
}
