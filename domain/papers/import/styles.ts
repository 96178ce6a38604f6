/** Styles of a paper: package sheets, `style` attributes and the QTI class vocabulary become one safe sheet. */

import { CLASS_PREFIX, isClassName, readSheet, type SafeSheet } from './css-sheet.ts';
import { safeDeclarations } from './css-values.ts';
import { type FileIndex, resolveHref } from './paths.ts';
import type { Place, Report } from './report.ts';
import { VOCABULARY } from './style-vocabulary.ts';

/** Largest style sheet that is read; real ones stay below a third. */
const SHEET_BYTES = 512 * 1024;

/** What holds inside one item, stimulus or rubric: the sheets that its file names. */
export interface StyleScope {
  /** Classes for the element around the whole body; empty where there are no sheets. */
  wrapper: string[];
  /** Class names as they may be kept (with prefix); those that nothing refers to are dropped. */
  classes(names: string, place: Place): string[];
  /** A class for a `style` attribute; `undefined` where nothing of it is permitted. */
  inline(css: string, place: Place): string | undefined;
}

export interface StyleRegistry {
  scope(folder: string, hrefs: readonly { href: string; line: number }[], place: Place): StyleScope;
  /** The sheet; every selector begins with `.paper`. */
  result(): string;
}

interface Sheet {
  number: number;
  safe: SafeSheet;
}

export function createStyleRegistry(
  index: FileIndex,
  decodeSheet: (bytes: Uint8Array) => string,
  report: Report,
): StyleRegistry {
  const sheets = new Map<string, Sheet>();
  const inlineClasses = new Map<string, string>();
  const used = new Set<string>();

  function load(folder: string, href: string, place: Place): Sheet | undefined {
    const resolved = resolveHref(folder, href);
    const found = 'path' in resolved ? index.find(resolved.path) : undefined;
    const bytes = found === undefined ? undefined : index.get(found.path);
    if (found === undefined || bytes === undefined) {
      report.add('style/missing', place, href);
      return undefined;
    }
    const known = sheets.get(found.path);
    if (known !== undefined) return known;
    if (bytes.length > SHEET_BYTES) {
      report.add('style/too-large', { file: found.path }, `${bytes.length} bytes`);
      return undefined;
    }
    const safe = readSheet(decodeSheet(bytes));
    // Told once a sheet, with a count: a sheet of an authoring system has hundreds of such rules.
    if (safe.dropped > 0) report.add('style/dropped', { file: found.path }, String(safe.dropped));
    const sheet = { number: sheets.size + 1, safe };
    sheets.set(found.path, sheet);
    return sheet;
  }

  return {
    scope(folder, hrefs, place) {
      const mine = hrefs
        .map(({ href, line }) => load(folder, href, { ...place, line }))
        .filter((sheet): sheet is Sheet => sheet !== undefined);
      return {
        wrapper: [...new Set(mine.map((sheet) => `${CLASS_PREFIX}sheet-${sheet.number}`))],
        classes(names) {
          const kept = names
            .split(/\s+/)
            .filter((name) => isClassName(name))
            .filter((name) => name.startsWith('qti-') || mine.some((sheet) => sheet.safe.classes.has(name)));
          for (const name of kept) used.add(name);
          return [...new Set(kept)].map((name) => CLASS_PREFIX + name);
        },
        inline(css, at) {
          const safe = safeDeclarations(css);
          if (safe.dropped > 0) report.add('style/dropped', at, css.slice(0, 80));
          if (safe.css === '') return undefined;
          let name = inlineClasses.get(safe.css);
          if (name === undefined) {
            name = `${CLASS_PREFIX}i${inlineClasses.size + 1}`;
            inlineClasses.set(safe.css, name);
          }
          return name;
        },
      };
    },
    result() {
      const lines: string[] = [];
      for (const [name, css] of Object.entries(VOCABULARY))
        if (used.has(name)) lines.push(`.paper .${CLASS_PREFIX}${name} { ${css} }`);
      for (const sheet of sheets.values()) lines.push(...rulesOf(sheet, used));
      // Last, so that an element's own style beats the sheets, as in HTML.
      for (const [css, name] of inlineClasses) lines.push(`.paper .${name}.${name} { ${css} }`);
      return lines.join('\n');
    },
  };
}

/** Rules that can match something in this paper: sheets of authoring systems style whole catalogues. */
function rulesOf(sheet: Sheet, used: ReadonlySet<string>): string[] {
  const scope = `.paper .${CLASS_PREFIX}sheet-${sheet.number}`;
  const lines: string[] = [];
  for (const rule of sheet.safe.rules) {
    const selectors = rule.selectors
      .filter((selector) => selector.classes.every((name) => used.has(name)))
      .map((selector) => (selector.text === '' ? scope : `${scope} ${selector.text}`));
    if (selectors.length > 0) lines.push(`${selectors.join(', ')} { ${rule.css} }`);
  }
  return lines;
}
