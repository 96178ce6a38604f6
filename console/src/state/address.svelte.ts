/** Filters and choices live in the address bar: a reload, a bookmark and the back button keep them. */
import { goto } from '$app/navigation';
import { page } from '$app/state';

export function parameter(name: string): string {
  return page.url.searchParams.get(name) ?? '';
}

/** Sets parameters in place (no new entry in the history); '' and null remove one. */
export async function setParameters(changes: Record<string, string | null>): Promise<void> {
  const url = new URL(page.url.href);
  for (const [name, value] of Object.entries(changes))
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  if (url.href !== page.url.href) await goto(url, { replace: true, reset: false });
}
