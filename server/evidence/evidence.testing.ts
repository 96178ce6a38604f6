/** A box with its evidence routes and a small site: two rooms, a session that has begun. */

import { readFile } from 'node:fs/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { blobPath } from '#server/platform/blobs.ts';
import { newId } from '#server/platform/ids.ts';
import { COOKIE } from '#server/staff/auth.service.ts';
import { build, type HarnessOptions, type TestBox } from '#server/test/harness.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';
import { Evidence } from './evidence.ts';

export interface Person {
  staff: string;
  cookie: string;
}

export interface EvidenceBox extends TestBox {
  evidence: Evidence;
  site: TestSite;
  /** A room of the session in which nobody of `site` sits. */
  otherRoom: string;
  otherSitting: string;
  chief: Person;
  /** Of the first room only. */
  invigilator: Person;
}

const UPLOADS = '/api/v1/console/uploads';

export async function evidenceBox(t: Test, options: HarnessOptions = {}): Promise<EvidenceBox> {
  let evidence: Evidence | undefined;
  const box = await build(t, {
    ...options,
    routes: async (app, deps) => {
      evidence = new Evidence(deps);
      await evidence.routes(app);
    },
  });
  if (!evidence) throw new Error('no routes');
  const own = evidence;
  t.teardown(() => own.stop());
  const site = await makeSite(box.deps, { candidates: 4, durationMs: 3_600_000 });
  const [otherRoom, otherSitting] = [newId('room'), newId('sitting')];
  const { plan } = (await box.call('GET /api/v1/console/rooms', { as: 'administrator' })).answer[0]!;
  await box.deps.ledger.append([
    { kind: 'ROOM_SAVED', body: { room: otherRoom, name: '考场 02', plan } },
    {
      kind: 'SITTING_SAVED',
      body: {
        sitting: otherSitting,
        session: site.session,
        subject: '0101',
        room: otherRoom,
        papers: [{ version: 'A', paper: site.paper }],
        durationMs: 3_600_000,
      },
    },
  ]);
  const chief = await box.signIn('chief');
  const invigilator = await box.signIn('invigilator', [site.room]);
  return { ...box, evidence: own, site, otherRoom, otherSitting, chief, invigilator };
}

/** Starts both sittings, or only says so of some. */
export async function startSittings(box: EvidenceBox): Promise<void> {
  await box.deps.ledger.append(
    [box.site.sitting, box.otherSitting].map((sitting) => ({
      kind: 'SITTING_STARTED' as const,
      body: { sitting },
    })),
  );
}

export async function endSittings(box: EvidenceBox): Promise<void> {
  await box.deps.ledger.append(
    [box.site.sitting, box.otherSitting].map((sitting) => ({
      kind: 'SITTING_ENDED' as const,
      body: { sitting, reason: 'test' },
    })),
  );
}

export function tus(
  box: TestBox,
  method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE',
  as: Pick<Person, 'cookie'>,
  more: { id?: string; headers?: Record<string, string>; payload?: Buffer } = {},
): Promise<LightMyRequestResponse> {
  return box.app.inject({
    method,
    url: more.id === undefined ? UPLOADS : `${UPLOADS}/${more.id}`,
    cookies: { [COOKIE]: as.cookie },
    headers: {
      'tus-resumable': '1.0.0',
      ...(method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}),
      ...more.headers,
    },
    ...(more.payload === undefined ? {} : { payload: more.payload }),
  });
}

/** Announces an upload; its id. */
export async function announce(box: TestBox, as: Pick<Person, 'cookie'>, bytes: number): Promise<string> {
  const answer = await tus(box, 'POST', as, { headers: { 'upload-length': String(bytes) } });
  if (answer.statusCode !== 201) throw new Error(`refused: ${answer.payload}`);
  return String(answer.headers['location']).slice(UPLOADS.length + 1);
}

export function send(
  box: TestBox,
  as: Pick<Person, 'cookie'>,
  id: string,
  bytes: Buffer,
  offset = 0,
): Promise<LightMyRequestResponse> {
  return tus(box, 'PATCH', as, { id, headers: { 'upload-offset': String(offset) }, payload: bytes });
}

/** A whole upload, as clients do it: announced, then sent in two pieces. */
export async function upload(box: TestBox, as: Pick<Person, 'cookie'>, bytes: Buffer): Promise<string> {
  const id = await announce(box, as, bytes.length);
  const half = Math.floor(bytes.length / 2);
  for (const [part, offset] of [
    [bytes.subarray(0, half), 0],
    [bytes.subarray(half), half],
  ] as const) {
    const answer = await send(box, as, id, part, offset);
    if (answer.statusCode !== 204) throw new Error(`refused: ${answer.payload}`);
  }
  return id;
}

export function getFile(
  box: TestBox,
  as: Pick<Person, 'cookie'>,
  path: string,
): Promise<LightMyRequestResponse> {
  return box.app.inject({ method: 'GET', url: `/api/v1/console/${path}`, cookies: { [COOKIE]: as.cookie } });
}

export function readBlob(box: TestBox, sha256: string): Promise<Buffer> {
  return readFile(blobPath(box.deps.folder.blobs, sha256));
}
