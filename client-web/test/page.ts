/** The application on the fake kiosk, for browser tests; `window.screens` is what a test holds it by. */
import { mount } from 'svelte';
import { createLanguage } from '#web/texts/language.ts';
import '../src/app.css';
import App from '../src/App.svelte';
import { overwriteGetLocale } from '../src/paraglide/runtime.js';
import { createDisplay } from '../src/shell/display.ts';
import { KioskView } from '../src/view.ts';
import { begin, createFakeKiosk, type FakeKiosk } from './fake-kiosk.ts';
import { SAMPLE, sampleMedia } from './sample-paper.ts';

export interface Screens {
  kiosk: FakeKiosk;
  begin(): void;
}

declare global {
  interface Window {
    screens: Screens;
  }
}

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
const kiosk = createFakeKiosk(sampleMedia());
window.screens = { kiosk, begin: () => begin(kiosk, SAMPLE) };
const view = new KioskView(kiosk, createLanguage(overwriteGetLocale), createDisplay());
mount(App, { target, props: { view } });
