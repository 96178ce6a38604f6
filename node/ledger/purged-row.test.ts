import fc from 'fast-check';
import t from 'tap';
import { leafHash } from '#domain/ledger/merkle.ts';
import { purgedLeaf, purgedText, readPurged } from './purged-row.ts';
import { sha256 } from './sha256.ts';

const ATTEMPT = 'at_0123456789abcdef';

t.test('a row whose content was deleted tells its leaf and its attempt', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const leaf = leafHash(sha256, bytes);
      const read = readPurged(purgedText(leaf, ATTEMPT));
      return read?.attempt === ATTEMPT && Buffer.from(leaf).equals(read.leaf);
    }),
  );
  const text = purgedText(leafHash(sha256, Buffer.from('{}')), ATTEMPT);
  const { length } = purgedLeaf(text) ?? [];
  t.equal(length, 32);
  for (const [what, other] of [
    ['an event', `{"at":1,"attempt":"${ATTEMPT}","body":{},"kind":"ANSWER_REVISED","wall":1}`],
    ['nothing', ''],
    ['no attempt', text.slice(0, 45)],
    ['something else than an attempt', text.replace('at_', 'st_')],
    ['a hash too short', text.replace(/^#.{4}/, '#')],
    ['the same hash spelled otherwise', text.replace(/(.)= /, (_, last) => `${next(last)}= `)],
    ['more after it', `${text} `],
    ['a line feed after it', `${text}\n`],
  ] as const)
    t.equal(purgedLeaf(other), null, what);
});

/** The next letter of base64: in the last place it decodes to the same bytes. */
function next(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return letters[letters.indexOf(letter) + 1] ?? '';
}
