import t from 'tap';
import { OFFICER_CALLS } from './hq.calls.ts';
import { HQ_ROUTES } from './hq.routes.ts';

t.test("the officers' calls are the routes that headquarters lists for them", async (t) => {
  const routes = HQ_ROUTES.map(({ method, path }) => `${method} ${path}`).filter((key) =>
    key.includes('/api/v1/officer/'),
  );
  t.same(Object.keys(OFFICER_CALLS).sort(), routes.sort());
  for (const [key, call] of Object.entries(OFFICER_CALLS)) {
    const named = [...key.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const params = 'params' in call ? Object.keys(call.params.properties) : [];
    t.same(params.sort(), named.sort(), `${key} types the parameters of its path`);
    t.ok('answer' in call || 'file' in call, `${key} answers something`);
  }
});
