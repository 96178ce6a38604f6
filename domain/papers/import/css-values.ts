/**
 * What a package's style sheet may set: how text and tables look, never where the kiosk's own controls are, what is
 * loaded, or what is hidden behind what. Everything not listed is left out.
 */

const PROPERTIES = new Set(
  `background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse
  border-color border-left border-left-color border-left-style border-left-width border-radius border-right
  border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color
  border-top-style border-top-width border-width break-inside caption-side clear color column-count column-gap
  column-rule column-width direction display empty-cells flex flex-basis flex-direction flex-grow flex-shrink flex-wrap
  align-items align-self align-content justify-content justify-items justify-self gap row-gap grid-gap
  grid-template-columns grid-template-rows grid-column grid-row float font-size font-style font-variant font-weight
  height hyphens letter-spacing line-height list-style-position list-style-type margin margin-bottom margin-left
  margin-right margin-top max-height max-width min-height min-width order padding padding-bottom padding-left
  padding-right padding-top table-layout text-align text-align-last text-combine-upright text-decoration
  text-decoration-color text-decoration-line text-decoration-style text-emphasis text-emphasis-color
  text-emphasis-position text-emphasis-style text-indent text-justify text-orientation text-transform
  text-underline-offset text-underline-position unicode-bidi vertical-align white-space width word-break word-spacing
  overflow-wrap writing-mode ruby-align ruby-position object-fit aspect-ratio`.split(/\s+/),
);

/** Shorthands that could load a file; their harmless part goes to a longhand. */
const RENAMED: Record<string, string> = { background: 'background-color', 'list-style': 'list-style-type' };

const FUNCTIONS = new Set(['rgb', 'rgba', 'hsl', 'hsla', 'calc', 'repeat', 'minmax', 'min', 'max', 'clamp']);
const DISPLAYS =
  /^(none|block|inline|inline-block|flex|inline-flex|grid|inline-grid|list-item|table(-[a-z-]+)?|flow-root|ruby(-[a-z-]+)?)$/;

/**
 * Pixels and points become `rem`, so that larger text, which candidates may ask for, enlarges all; and never less than
 * 1 rem: sheets made for the screens of 2005 set whole items in 12 px.
 */
function scalable(value: string): string {
  return value.replace(
    /(^|[\s(])(\d*\.?\d+)(px|pt)\b/g,
    (_all, before: string, size: string, unit: string) => {
      const pixels = unit === 'pt' ? (Number(size) * 4) / 3 : Number(size);
      return `${before}${Math.max(1, Math.round((pixels / 16) * 1000) / 1000)}rem`;
    },
  );
}

/** One declaration, cleaned: `undefined` where it is not permitted. */
export function safeDeclaration(rawName: string, rawValue: string): string | undefined {
  const lower = rawName.trim().toLowerCase();
  const name = Object.hasOwn(RENAMED, lower) ? RENAMED[lower]! : lower;
  // `!important` would beat the kiosk's own settings for contrast and size.
  const value = rawValue
    .replace(/!\s*important/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!PROPERTIES.has(name) || value === '' || value.length > 200) return undefined;
  // No escapes, quotes, variables, addresses: what is left can be judged by its words.
  if (!/^[A-Za-z0-9#%.,()/+* -]+$/.test(value)) return undefined;
  for (const call of value.matchAll(/([A-Za-z-]*)\(/g))
    if (!FUNCTIONS.has(call[1]!.toLowerCase())) return undefined;
  if ((name === 'background-color' || name === 'list-style-type') && lower !== name && value.includes(' '))
    return undefined;
  if (name === 'display' && !DISPLAYS.test(value.toLowerCase())) return undefined;
  // Lines of a fixed height would overlap once the text is enlarged.
  if (name === 'line-height' && /p[xt]$/.test(value)) return undefined;
  // Negative margins could lay a paper over the clock.
  if (name.startsWith('margin') && /(^|[\s(])-/.test(value)) return undefined;
  return `${name}: ${name === 'font-size' ? scalable(value) : value}`;
}

/** Declarations of a rule or a `style` attribute. `dropped` counts those that were not permitted. */
export function safeDeclarations(text: string): { css: string; dropped: number } {
  const kept: string[] = [];
  let dropped = 0;
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const colon = part.indexOf(':');
    const declaration = colon < 0 ? undefined : safeDeclaration(part.slice(0, colon), part.slice(colon + 1));
    if (declaration === undefined) dropped++;
    else kept.push(declaration);
  }
  return { css: kept.join('; '), dropped };
}
