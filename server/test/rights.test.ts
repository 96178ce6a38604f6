import t from 'tap';
import { ROUTES } from '#protocol/routes.ts';
import { build } from './harness.ts';
import { checkRights } from './rights.testing.ts';

/** Paths of preparation; what runs an exam is tried where the whole box is built. */
const PREPARATION =
  /^(\/api\/v1\/setup|\/sealed\/.*|\/api\/v1\/console\/(sign-in|sign-out|me|staff.*|exams(?!.*photos).*|papers.*|rooms.*|sessions|sessions\/:session|sessions\/:session\/(sittings|seating|seats)|log))$/;

t.test('every role on every route of preparation', async (t) => {
  const box = await build(t);
  const routes = ROUTES.filter(({ path }) => PREPARATION.test(path));
  t.ok(routes.length >= 30);
  await checkRights(t, box, routes);
});

t.test('a page of somebody else acts in nobody’s name', async (t) => {
  const box = await build(t);
  const { cookie } = await box.signIn('administrator');
  const post = (headers: Record<string, string>) =>
    box.app.inject({
      method: 'POST',
      url: '/api/v1/console/exams',
      headers,
      cookies: { '__Host-gongyuan': cookie },
      payload: { name: 'x' },
    });
  t.equal((await post({ origin: 'https://evil.example' })).json().code, 'auth/origin');
  t.equal((await post({ 'sec-fetch-site': 'cross-site' })).json().code, 'auth/origin');
  t.equal((await post({ origin: 'https://gongyuan.test' })).statusCode, 200);
  const large = await box.app.inject({
    method: 'POST',
    url: '/api/v1/console/exams',
    cookies: { '__Host-gongyuan': cookie },
    headers: { 'content-type': 'application/json' },
    payload: `{"name":"${'x'.repeat(5 * 1024 * 1024)}"}`,
  });
  t.equal(large.json().code, 'request/too-large');
  const form = await box.app.inject({
    method: 'POST',
    url: '/api/v1/console/exams',
    cookies: { '__Host-gongyuan': cookie },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'name=x',
  });
  t.equal(form.json().code, 'request/invalid', 'a form is no call');
});
