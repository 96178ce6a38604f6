/** A box for flow tests: real ledger, real TLS socket on loopback, the clock in the test's hand. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import type { Test } from 'tap';
import { ensureAuthority, ensureServerCertificate } from '#node/certificates/certificates.ts';
import { uploadsRoutes } from '#server/attempts/uploads.routes.ts';
import { type Candidates, wireCandidates } from '#server/candidates.ts';
import { Evidence } from '#server/evidence/evidence.ts';
import { kioskSocket } from '#server/kiosk/kiosk.socket.ts';
import { type OpenBox, openBox } from '#server/open-box.ts';
import type { TimeSource } from '#server/platform/box-clock.ts';
import { buildHttp } from '#server/platform/http.ts';
import { receiptsRoutes } from '#server/receipts/receipts.routes.ts';

export class TestTime implements TimeSource {
  bootId = 'boot-1';
  mono = 1_000_000;
  skew = 0;
  #from = performance.now();

  boot(): string {
    return this.bootId;
  }
  monoMs(): number {
    return Math.floor(this.mono + performance.now() - this.#from);
  }
  wallMs(): number {
    return 1_800_000_000_000 + this.skew + this.monoMs();
  }
  /** Lets time pass. */
  pass(ms: number): void {
    this.mono += ms;
  }
}

export interface TestBox extends OpenBox {
  origin: string;
  candidates: Candidates;
  evidence: Evidence;
  http: FastifyInstance;
  stop(): Promise<void>;
  folder: string;
}

export async function startBox(t: Test, folder: string, time: TimeSource, port = 0): Promise<TestBox> {
  const log = pino({ level: 'silent' });
  const at = port === 0 ? 20_000 + Math.floor(Math.random() * 30_000) : port;
  const origin = `https://localhost:${at}`;
  const config = {
    data: folder,
    port: at,
    host: '127.0.0.1',
    name: 'localhost',
    names: [],
    sync: 'off',
    retention: 180,
    log: 'silent' as const,
  };
  const box = await openBox(config, origin, time, log);
  const now = new Date(time.wallMs());
  await ensureAuthority(join(folder, 'keys'), { siteName: 'test', now });
  const { key, chain } = await ensureServerCertificate(join(folder, 'keys'), {
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    now,
  });
  const http = await buildHttp({
    log,
    tls: { key, cert: chain },
    contentSecurityPolicy: "default-src 'none'",
    hosts: () => new Set([`localhost:${at}`]),
  });
  const evidence = new Evidence(box.deps);
  const candidates = wireCandidates(box.deps, evidence.portraits);
  kioskSocket(http, box.deps, candidates.kiosk);
  await uploadsRoutes(http, candidates.uploads);
  receiptsRoutes(http, box.deps);
  await http.listen({ port: at, host: '127.0.0.1' });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    for (const connection of candidates.connections.all()) connection.terminate();
    evidence.stop();
    await http.close();
    await box.close('test');
  };
  t.teardown(stop);
  return { ...box, origin, candidates, evidence, http, stop, folder };
}
