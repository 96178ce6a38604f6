import { Buffer } from 'node:buffer';
import t from 'tap';
import { writeZip } from '#scripts/zip/write-zip.ts';
import { compileUpload } from './compile-upload.ts';
import { choice3, manifest } from './package.testing.ts';

t.test('the ending of the name decides what the file is read as', async (t) => {
  const files = { 'q1.xml': choice3() };
  const zip = await writeZip({ 'imsmanifest.xml': manifest(files), ...files });
  t.equal((await compileUpload(zip, '试卷.zip')).paper?.id, 'pack');
  t.equal((await compileUpload(zip, 'paper')).paper?.id, 'pack');
  const sheet = new Uint8Array(Buffer.from('题型,题目,答案\n判断,地球是圆的。,对\n'));
  const compiled = await compileUpload(sheet, 'C:\\试卷\\地理 甲卷.CSV');
  t.equal(compiled.paper?.title, '地理 甲卷');
  t.match((await compileUpload(sheet, 'a.zip')).problems, [{ code: 'zip/not-zip' }]);
});
