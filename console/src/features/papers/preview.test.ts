import t from 'tap';
import type { Paper } from '#protocol/paper.ts';
import { partsOf } from './preview.ts';

t.test('everything a paper needs beside itself, under the name that the frame asks for', async (t) => {
  const paper: Pick<Paper, 'media' | 'fonts'> = {
    media: {
      map: { id: 'map', kind: 'image', file: 'f1.age', name: 'map.png', type: 'image/png', bytes: 9 },
    },
    fonts: [{ family: 'Noto', weight: 400, file: 'f2.age', format: 'woff2' }],
  };
  t.same(partsOf(paper), [
    { key: 'map', file: 'f1.age', type: 'image/png' },
    { key: 'f2.age', file: 'f2.age', type: 'font/woff2' },
  ]);
});
