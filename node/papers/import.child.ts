/**
 * The importing process: takes a package from standard input, compiles and seals it in memory, and gives back nothing
 * but ciphertexts. It lives for one package, so that no plain text stays behind: not in a file, and with its end not in
 * memory. Arguments: paper id, path of the key that signs, wall time of sealing; the file's name in the environment, which other
 * users of the machine do not see.
 */
import { createHash } from 'node:crypto';
import { compileUpload } from '#node/papers/compile-upload.ts';
import { sealFileFor } from '#node/sealing/age-file.ts';
import { sealPaper } from '#node/sealing/seal-paper.ts';
import { loadBoxKey } from '#node/signing/box-key.ts';
import { encodeFrame, FILE_VARIABLE, type ImportFrame, RECIPIENTS_VARIABLE } from './import-frames.ts';

function write(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

const tell = (frame: ImportFrame) => write(encodeFrame(frame));

async function run(paper: string, keyFile: string, sealedWallMs: number): Promise<void> {
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    hash.update(chunk);
    chunks.push(chunk);
  }
  const compiled = await compileUpload(Buffer.concat(chunks), process.env[FILE_VARIABLE] ?? '');
  await tell({ t: 'problems', problems: compiled.problems, missingGlyphs: compiled.missingGlyphs });
  if (compiled.paper === undefined || compiled.text === undefined) return;
  const key = await loadBoxKey(keyFile);
  const { text, files } = compiled;
  // The box opens its own papers when the chief starts, headquarters' when the session is released: no earliest time inside.
  const sealed = await sealPaper({ paper, text, files, sealedWallMs, notBeforeMs: 0, key });
  for (const [name, ciphertext] of sealed.files) {
    await tell({ t: 'file', name, bytes: ciphertext.length });
    await write(ciphertext);
  }
  const { manifestText, signature } = sealed;
  const recipients = (process.env[RECIPIENTS_VARIABLE] ?? '').split(' ').filter((one) => one !== '');
  const kept =
    recipients.length === 0
      ? null
      : {
          identity: await sealedText(sealed.identity, recipients),
          keys: await sealedText(JSON.stringify(compiled.keys ?? null), recipients),
        };
  await tell({
    t: 'sealed',
    manifestText,
    signature,
    identity: kept ? '' : sealed.identity,
    kept,
    items: Object.keys(compiled.paper.items).length,
    sourceSha256: hash.digest('hex'),
  });
}

async function sealedText(text: string, recipients: readonly string[]): Promise<string> {
  return Buffer.from(await sealFileFor(Buffer.from(text), recipients)).toString('base64');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}

const [, , paper = '', keyFile = '', wall = ''] = process.argv;
run(paper, keyFile, Number(wall)).catch(async (error: unknown) => {
  process.exitCode = 1;
  await tell({ t: 'failed', reason: reasonOf(error) }).catch(() => undefined);
});
