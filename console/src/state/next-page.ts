/** Where to go after signing in: a page of the console, never another site (an open redirect would be a phisher's gift). */
export function nextPage(next: string | null, home: string): string {
  const root = home.endsWith('/') ? home : `${home}/`;
  if (!next || !(next === home || next.startsWith(root))) return home;
  // A browser reads a backslash as a slash, and drops tabs and line ends inside an address.
  if (/[\\\u0000-\u001f]/.test(next) || next.startsWith('//')) return home;
  return next.startsWith(`${root}sign-in`) || next.startsWith(`${root}setup`) ? home : next;
}
