/** docs/hq-openapi.json: headquarters' interface, made from its routes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describeHq } from '#hq/app.ts';

export async function openApiDoc(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hq-openapi-'));
  try {
    return `${JSON.stringify(await describeHq(folder, pino({ level: 'silent' })), null, 1)}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
