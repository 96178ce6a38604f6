/** Tries every role, and nobody, on every route: what rights.ts says is what the box does. */
import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { ID_PREFIX, type IdKind } from '#protocol/ids.ts';
import { extent, ROLES } from '#protocol/rights.ts';
import type { RouteEntry } from '#protocol/routes.ts';
import { newId } from '#server/platform/ids.ts';
import { COOKIE } from '#server/staff/auth.service.ts';
import type { TestBox } from './harness.ts';

/** A path with identifiers that are well formed and mean nothing. */
function addressOf(path: string): string {
  return path.replace(/:(\w+)/g, (_whole, name: string) => {
    if (name in ID_PREFIX) return newId(name as IdKind);
    return name === 'file' ? 'f0.age' : randomBytes(32).toString('hex');
  });
}

/**
 * For each route: nobody gets 401 unless it is public; a role without the right 403; a role with it anything else
 * (mostly 400 and 404, for the requests are empty). HEAD is no way round a GET.
 */
export async function checkRights(t: Test, box: TestBox, routes: readonly RouteEntry[]): Promise<void> {
  const cookies = new Map<string, string>();
  for (const role of ROLES) cookies.set(role, (await box.signIn(role)).cookie);
  for (const { method, path, right } of routes) {
    t.ok(box.app.hasRoute({ method, url: path }), `${method} ${path} is there`);
    const methods = method === 'GET' ? (['GET', 'HEAD'] as const) : [method];
    for (const used of methods) {
      const ask = async (cookie?: string) => {
        const cookies: Record<string, string> = cookie === undefined ? {} : { [COOKIE]: cookie };
        const response = await box.app.inject({ method: used, url: addressOf(path), cookies });
        const code = response.payload === '' ? '' : String(response.json().code);
        return { status: response.statusCode, code };
      };
      const nobody = await ask();
      if (right === 'public') {
        t.ok(![401, 403].includes(nobody.status), `${used} ${path}: open to everybody`);
        continue;
      }
      if (right === 'token') continue;
      t.equal(nobody.status, 401, `${used} ${path}: nobody`);
      t.equal((await ask('forged')).status, 401, `${used} ${path}: a forged cookie`);
      // Signing out ends the sign-in that the next route needs.
      if (path.endsWith('/sign-out')) continue;
      for (const role of ROLES) {
        const { status, code } = await ask(cookies.get(role));
        const may: 'all' | 'own' | 'none' = right === 'staff' ? 'all' : extent(role, right);
        const what: string = `${used} ${path}: ${role} ${may}`;
        if (may === 'none') t.equal(status, 403, what);
        // Of a right in one's own rooms, an empty-handed person is told so by the service.
        else if (may === 'own') t.ok(status !== 401 && code !== 'auth/forbidden', `${what} (${status})`);
        else t.ok(![401, 403].includes(status), `${what} (${status})`);
      }
    }
  }
}
