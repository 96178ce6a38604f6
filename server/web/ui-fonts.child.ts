/** Makes the pages' fonts in a process of its own: what HarfBuzz takes goes back when it ends. */
import { fontFaces } from '#node/fonts/font-faces.ts';

process.once('message', (characters: string) => {
  const { faces } = fontFaces({ text: characters });
  process.send?.(faces, () => process.exit(0));
});
