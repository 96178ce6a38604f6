/** The page that checks papers and receipts (R4, H2): `/check#…`, open to anyone in the site's network. */
import '../app.css';
import { mount } from 'svelte';
import { createLanguage } from '#web/texts/language.ts';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { createDisplay } from '../shell/display.ts';
import CheckPage from './CheckPage.svelte';
import { onlineChecker } from './online.ts';

const target = document.getElementById('app');
if (target) {
  createDisplay();
  mount(CheckPage, {
    target,
    props: {
      language: createLanguage((current) => overwriteGetLocale(current)),
      checker: onlineChecker(),
    },
  });
}
