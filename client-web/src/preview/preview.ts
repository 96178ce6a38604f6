/**
 * The preview page, shown by the console in an iframe of the same origin. It says `{ t: 'preview-ready' }` to its parent
 * and shows what the parent then sends: `{ t: 'preview', paper, urls, seed?, durationMs?, candidate?, language?, item? }`.
 * Messages from anywhere else are not heard.
 */
import { mount, unmount } from 'svelte';
import type { Paper } from '#protocol/paper.ts';
import { PAPER_FORMAT } from '#protocol/paper.ts';
import { createLanguage } from '#web/texts/language.ts';
import '../app.css';
import App from '../App.svelte';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { createDisplay } from '../shell/display.ts';
import { m } from '../texts.ts';
import { KioskView } from '../view.ts';
import { createPreviewKiosk } from './preview-kiosk.ts';

export interface PreviewMessage {
  t: 'preview';
  paper: Paper;
  /** Addresses of media by id, and of fonts by file (same origin or blob). */
  urls: Record<string, string>;
  seed?: string;
  durationMs?: number;
  candidate?: string;
  language?: 'zh-CN' | 'en';
  /** Item to begin with. */
  item?: string;
}

function isPreview(data: unknown): data is PreviewMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { t, paper, urls } = data as Partial<PreviewMessage>;
  return t === 'preview' && paper?.format === PAPER_FORMAT && typeof urls === 'object' && urls !== null;
}

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');

const language = createLanguage(overwriteGetLocale);
const display = createDisplay();
const waiting = document.createElement('p');
waiting.className = 'preview-wait';
waiting.textContent = m.preview_wait();
target.append(waiting);

let shown: ReturnType<typeof mount> | null = null;

async function show(message: PreviewMessage): Promise<void> {
  if (!target) return;
  if (shown) await unmount(shown);
  waiting.remove();
  if (message.language) language.choose(message.language);
  const kiosk = createPreviewKiosk({
    paper: message.paper,
    urls: message.urls,
    seed: message.seed ?? 'preview',
    durationMs: message.durationMs ?? 2 * 3_600_000,
    candidate: message.candidate ?? '—',
  });
  if (message.item !== undefined) kiosk.go(message.item);
  shown = mount(App, { target, props: { view: new KioskView(kiosk, language, display), guarded: false } });
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.origin !== location.origin || event.source !== parent) return;
  if (isPreview(event.data)) void show(event.data);
});
if (parent !== window) parent.postMessage({ t: 'preview-ready' }, location.origin);
