/** A site's whole registration in one ZIP: more photos than one event holds. */
import t from 'tap';
import { fields } from '#node/photos/pictures.testing.ts';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { build } from '#server/test/harness.ts';
import { makeSite } from '#server/test/site.testing.ts';
import { upload } from './evidence.testing.ts';
import { Evidence } from './evidence.ts';

const MANY = 2_100;

t.test('two thousand photos are one event, more are several', async (t) => {
  const box = await build(t, {
    routes: async (app, deps) => {
      const evidence = new Evidence(deps);
      t.teardown(() => evidence.stop());
      await evidence.routes(app);
    },
  });
  const site = await makeSite(box.deps, { candidates: MANY });
  const picture = await fields('png', 30, 40);
  const zip = await writeZip(
    site.candidates.map(({ ticket }) => ({ name: `${ticket}.png`, data: picture, compress: false })),
  );
  const administrator = await box.signIn('administrator');
  const { answer } = await box.call('POST /api/v1/console/exams/:exam/photos', {
    as: administrator,
    params: { exam: site.exam },
    body: { upload: await upload(box, administrator, zip), file: 'x.zip' },
  });
  t.match(answer, { matched: MANY, missing: { total: 0 }, doubled: [], unreadable: [], unknown: [] });
  const parts = box.statements
    .all<{ bytes: string }>(
      "SELECT bytes FROM ledger_event WHERE kind = 'REGISTERED_PHOTOS_IMPORTED' ORDER BY seq",
    )
    .map(({ bytes }) => JSON.parse(bytes).body);
  t.same(
    parts.map(({ part, parts: of, photos }) => [part, of, photos.length]),
    [
      [1, 2, 2_000],
      [2, 2, MANY - 2_000],
    ],
  );
  const kept = box.statements.get<{ n: number }>('SELECT count(*) AS n FROM registered_photo');
  t.equal(kept?.n, MANY);
});
