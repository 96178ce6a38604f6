/** The candidate's page: machinery behind, screens in front. */
import './app.css';
import { mount } from 'svelte';
import { createLanguage } from '#web/texts/language.ts';
import App from './App.svelte';
import { browserDeps } from './kiosk/browser.ts';
import { createKiosk } from './kiosk/kiosk.ts';
import { overwriteGetLocale } from './paraglide/runtime.js';
import { registerShell } from './service-worker/register.ts';
import { createDisplay } from './shell/display.ts';
import { KioskView } from './view.ts';

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');

// The page started: the words for browsers too old to get here go.
target.replaceChildren();

const kiosk = createKiosk(browserDeps());
mount(App, {
  target,
  props: { view: new KioskView(kiosk, createLanguage(overwriteGetLocale), createDisplay()) },
});

// A new version of the application comes in only while nobody sits here.
const FREE = new Set(['seat', 'enrol', 'other-tab', 'blocked']);
const free = () => FREE.has(kiosk.snapshot.stage);
const letIn = registerShell(free);
let wasFree = free();
kiosk.subscribe(({ stage }) => {
  const isFree = FREE.has(stage);
  if (isFree && !wasFree) letIn();
  wasFree = isFree;
});
