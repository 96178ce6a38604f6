/** The paper's own look: its style sheet and its fonts, both from inside the seal, attached without a byte of markup. */
import type { Paper } from '#protocol/paper.ts';

export interface PaperLook {
  /** Value for `font-family`; empty when the paper brings no font. Fonts that do not load are left out. */
  families: Promise<string>;
  close(): void;
}

/** @param urlOf address of an opened file of the paper. */
export function openPaperLook(paper: Paper, urlOf: (file: string) => Promise<string>): PaperLook {
  const sheet = new CSSStyleSheet();
  // Constructed sheets ignore @import, and the importer lets no url() through.
  sheet.replaceSync(paper.styles);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const faces: FontFace[] = [];
  const load = async (font: Paper['fonts'][number]): Promise<string | null> => {
    try {
      const face = new FontFace(font.family, `url("${await urlOf(font.file)}") format("${font.format}")`, {
        weight: String(font.weight),
      });
      await face.load();
      document.fonts.add(face);
      faces.push(face);
      return font.family;
    } catch (error) {
      // The site's own font stands in; a missing glyph is visible, a missing paper would be worse.
      console.error(error);
      return null;
    }
  };
  const families = Promise.all(paper.fonts.map(load)).then((loaded) => {
    const names = [...new Set(loaded.filter((name): name is string => name !== null))];
    return names.length === 0 ? '' : [...names.map((name) => JSON.stringify(name)), 'var(--font)'].join(', ');
  });
  return {
    families,
    close() {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      for (const face of faces) document.fonts.delete(face);
    },
  };
}
