import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { HQ_ROUTES } from '#protocol/hq.routes.ts';
import { startTestHq } from './harness.ts';

t.test('the routes are those of the contract, and described', async (t) => {
  const hq = await startTestHq(t);
  const text = (await hq.inject('/api/v1/openapi.json')).json();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(text);
  t.ok(valid, JSON.stringify(errors)?.slice(0, 1_000));
  const described = Object.entries(
    text.paths as Record<string, Record<string, { summary?: string; security: unknown }>>,
  ).flatMap(([path, methods]) => Object.entries(methods).map(([method, of]) => ({ path, method, ...of })));
  const name = (method: string, path: string) =>
    `${method.toUpperCase()} ${path.replace(/\{([a-z]+)\}/g, ':$1')}`;
  t.same(
    described.map(({ method, path }) => name(method, path)).sort(),
    HQ_ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    'exactly these',
  );
  t.same(
    described.filter(({ summary }) => !summary).map(({ path }) => path),
    [],
    'each with a sentence',
  );

  for (const { method, path, right } of HQ_ROUTES) {
    const url = path.replace(/:[a-z]+/g, 'x');
    if (right === 'public') continue;
    const response = await hq.inject({ method: method as 'GET', url });
    t.equal(response.statusCode, 401, `${method} ${path} wants a key`);
  }
});
