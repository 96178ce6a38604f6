/** The same page without a box, in one file: its site's keys lie beside it as JSON (server/check/offline-page.ts). */
import '../app.css';
import { mount } from 'svelte';
import type { CheckSite } from '#protocol/check-page.ts';
import { createLanguage } from '#web/texts/language.ts';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { createDisplay } from '../shell/display.ts';
import CheckPage from './CheckPage.svelte';
import { offlineChecker } from './offline.ts';

const target = document.getElementById('app');
const site = document.getElementById('site')?.textContent;
if (target && site) {
  createDisplay();
  mount(CheckPage, {
    target,
    props: {
      language: createLanguage((current) => overwriteGetLocale(current)),
      // Written by the box that the page was saved from.
      checker: offlineChecker(JSON.parse(site) as CheckSite),
    },
  });
}
