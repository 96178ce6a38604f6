/** A headquarters for measuring the box: it signs for every batch without opening it, and keeps none. */
import { FaultyHq } from '#server/sync/faulty-hq.testing.ts';
import { answer, type Handlers } from './children.ts';

let hq: FaultyHq | null = null;

async function open(): Promise<{ url: string; code: string }> {
  hq = await FaultyHq.open();
  hq.unread = true;
  return { url: hq.url, code: hq.code() };
}

async function close(): Promise<void> {
  await hq?.close();
  hq = null;
}

const handlers = { open, close } satisfies Handlers;
export type HqHandlers = typeof handlers;
answer(handlers, close);
