/**
 * Where one is: `#/sites/A1?state=trouble`. Filters and choices live in the address, so that a reload, a bookmark and
 * the back button keep them.
 */
import { createContext } from 'svelte';

export const [route, setRoute] = createContext<Route>();

type Parameters = Record<string, string | number | null | undefined>;

/** Address of a page, with its parameters; empty ones are left out. */
export function to(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return `#${path}${text ? `?${text}` : ''}`;
}

export class Route {
  path = $state('/');
  #query = $state.raw(new URLSearchParams());
  readonly #read = () => {
    const [path = '', query = ''] = location.hash.replace(/^#/, '').split('?');
    const before = this.path;
    this.path = path || '/';
    this.#query = new URLSearchParams(query);
    if (before !== this.path) scrollTo(0, 0);
  };

  /** Follows the address until `stop`. */
  start(): void {
    addEventListener('hashchange', this.#read);
    this.#read();
  }

  stop(): void {
    removeEventListener('hashchange', this.#read);
  }

  /** Parts of the path: `/sites/A1` → `['sites', 'A1']`. */
  get parts(): string[] {
    return this.path.split('/').filter(Boolean).map(decodeURIComponent);
  }

  get query(): string {
    return this.#query.toString();
  }

  /** '' where it is missing. */
  parameter(name: string): string {
    return this.#query.get(name) ?? '';
  }

  go(address: string): void {
    location.hash = address;
  }

  /** Sets parameters in place, without a new entry in the history; '' and null remove one. */
  set(changes: Parameters): void {
    const all = { ...Object.fromEntries(this.#query), ...changes };
    const address = to(this.path, all);
    if (address === location.hash) return;
    history.replaceState(null, '', address);
    this.#query = new URLSearchParams(address.split('?')[1] ?? '');
  }
}
