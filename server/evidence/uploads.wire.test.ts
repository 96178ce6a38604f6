/** Uploads over a real connection, cut off in the middle, and with the client that the console uses. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import pino from 'pino';
import t, { type Test } from 'tap';
import { DefaultHttpStack, Upload } from 'tus-js-client';
import { type App, buildApp } from '#server/app.ts';
import { COOKIE } from '#server/staff/auth.service.ts';

const PASSWORD = 'correct horse battery';
const MB = 1024 * 1024;

async function start(t: Test, data: string, port = 0): Promise<App> {
  const app = await buildApp({
    config: {
      data,
      port,
      host: '127.0.0.1',
      name: 'localhost',
      names: [],
      sync: 'off',
      retention: 180,
      log: 'silent',
    },
    log: pino({ level: 'silent' }),
  });
  t.teardown(() => app.stop('test'));
  await app.listen();
  return app;
}

const idOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

async function setUp(app: App): Promise<{ staff: string; cookie: string }> {
  const { services } = app;
  await services.setup.setUp({
    site: 'T1',
    name: 'Test',
    timeZone: 'Asia/Shanghai',
    contact: '',
    demo: false,
    admin: { login: 'root', name: 'a', password: PASSWORD },
  });
  const { token, staff } = await services.auth.signIn('root', PASSWORD, '127.0.0.1', 'test');
  return { staff: staff.staff, cookie: `${COOKIE}=${token}` };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

/** One whole call. */
async function call(
  app: App,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer = Buffer.alloc(0),
): Promise<Answer> {
  const asked = request(`${app.deps.box.origin}${path}`, { method, headers, rejectUnauthorized: false });
  asked.end(body);
  const [response] = await once(asked, 'response');
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers };
}

t.test('a connection that breaks loses nothing that had arrived', async (t) => {
  const app = await start(t, t.testdir());
  const { cookie, staff } = await setUp(app);
  const bytes = Buffer.alloc(3 * MB, 'evidence ');
  const common = { cookie, 'tus-resumable': '1.0.0' };
  const created = await call(app, 'POST', '/api/v1/console/uploads', {
    ...common,
    'upload-length': String(bytes.length),
  });
  t.equal(created.status, 201);
  const path = String(created.headers['location']);
  t.match(path, /^\/api\/v1\/console\/uploads\/[0-9a-f]{32}$/);
  const patch = { ...common, 'content-type': 'application/offset+octet-stream' };
  const cut = request(`${app.deps.box.origin}${path}`, {
    method: 'PATCH',
    headers: { ...patch, 'upload-offset': '0', 'content-length': String(bytes.length) },
    rejectUnauthorized: false,
  });
  cut.on('error', () => {});
  await new Promise<void>((resolve) => cut.write(bytes.subarray(0, 2 * MB), () => resolve()));
  const offsetNow = async () => Number((await call(app, 'HEAD', path, common)).headers['upload-offset']);
  cut.destroy();
  // What was on its way may still be written: like any client, ask again where the box is not where it said.
  let status = 409;
  for (let tries = 0; status === 409 && tries < 50; tries++) {
    const offset = await offsetNow();
    t.ok(offset >= 0 && offset <= 2 * MB, `${offset} bytes arrived`);
    const headers = { ...patch, 'upload-offset': String(offset) };
    status = (await call(app, 'PATCH', path, headers, bytes.subarray(offset))).status;
  }
  t.equal(status, 204);
  t.equal(await offsetNow(), bytes.length);
  await app.services.evidence.incoming.claim(idOf(path), staff, 'test', async (upload) => {
    t.ok((await readFile(upload.path)).equals(bytes), 'and nothing stands twice');
  });
});

t.test('the console’s client goes on by itself after a restart of the box', async (t) => {
  const data = t.testdir();
  const bytes = Buffer.from(Array.from({ length: 3 * MB }, (_, i) => (i * 31 + (i >> 8)) % 251));
  let cookie = '';
  let staff = '';
  let url = '';
  let port = 0;
  const options = (app: App, onChunk: (upload: Upload, sent: number) => void = () => {}) =>
    new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(bytes, {
        endpoint: `${app.deps.box.origin}/api/v1/console/uploads`,
        ...(url === '' ? {} : { uploadUrl: url }),
        chunkSize: MB,
        retryDelays: [],
        headers: { cookie },
        metadata: { filename: 'x.jpg' },
        httpStack: new DefaultHttpStack({ rejectUnauthorized: false }),
        onChunkComplete: (_size, sent) => onChunk(upload, sent),
        onError: reject,
        onSuccess: () => resolve(upload.url ?? ''),
      });
      upload.start();
    });
  await t.test('before', async (t) => {
    const app = await start(t, data);
    ({ cookie, staff } = await setUp(app));
    port = Number(new URL(app.deps.box.origin).port);
    await new Promise<void>((resolve) => {
      void options(app, (upload, sent) => {
        if (sent < MB) return;
        url = upload.url ?? '';
        void upload.abort().then(resolve);
      });
    });
    t.not(url, '');
  });
  await t.test('after', async (t) => {
    const app = await start(t, data, port);
    let first: number | null = null;
    const done = await options(app, (_upload, sent) => {
      first ??= sent;
    });
    t.equal(done, url, 'the same upload');
    t.ok(first !== null && first > MB, `it did not begin anew: ${first}`);
    await app.services.evidence.incoming.claim(idOf(url), staff, 'test', async (upload) => {
      t.ok((await readFile(upload.path)).equals(bytes));
    });
  });
});
