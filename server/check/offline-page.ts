/**
 * The page that checks papers without the box: one HTML file made by the build (client-web/offline-page.ts), with this
 * site's keys put in. Who keeps it can check papers when the box is long gone.
 */
import type { CheckSite } from '#protocol/check-page.ts';
import { CHECK_SITE_MARK } from '#protocol/check-page.ts';

/** Throws `TypeError` for a template that was built without a place for the keys. */
export function offlinePage(template: string, site: CheckSite): string {
  if (!template.includes(CHECK_SITE_MARK)) throw new TypeError('the page has no place for the site');
  // Inside <script type="application/json">: no `<` may end it early. A function, so that `$&` in a name stays as it is.
  const json = JSON.stringify(site).replaceAll('<', '\\u003c');
  return template.replace(CHECK_SITE_MARK, () => json);
}
