/** The page that checks a receipt (H2): `/verify#CODE`, open to anyone in the site's network. */
import '../app.css';
import { mount } from 'svelte';
import { createLanguage } from '#web/texts/language.ts';
import { overwriteGetLocale } from '../paraglide/runtime.js';
import { createDisplay } from '../shell/display.ts';
import VerifyPage from './VerifyPage.svelte';

const target = document.getElementById('app');
if (target) {
  createDisplay();
  mount(VerifyPage, {
    target,
    props: { language: createLanguage((current) => overwriteGetLocale(current)) },
  });
}
