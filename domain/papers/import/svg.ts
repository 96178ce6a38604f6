/**
 * Drawings are shown as images, where browsers run and load nothing; but the file is also kept and may be opened alone.
 * So one that could run or load something is refused by name, and nothing inside is rewritten.
 */
import { descendants, isElement, type XmlElement } from './xml-tree.ts';

const FORBIDDEN = new Set([
  'script',
  'foreignObject',
  'iframe',
  'object',
  'embed',
  'audio',
  'video',
  'canvas',
  'handler',
  'listener',
]);

const SAFE_DATA = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/;

/** Style text or a presentation attribute: only references to a part of the same drawing. */
function loads(text: string): boolean {
  if (/@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:/i.test(text) || text.includes('\\'))
    return true;
  return [...text.matchAll(/url\s*\(\s*(['"]?)\s*([^'")\s]*)/gi)].some(
    (found) => !found[2]!.startsWith('#') && !SAFE_DATA.test(found[2]!),
  );
}

function offenceIn(element: XmlElement): string | undefined {
  if (FORBIDDEN.has(element.name)) return `<${element.name}>`;
  for (const [name, value] of Object.entries(element.attrs)) {
    const local = name.slice(name.indexOf(':') + 1).toLowerCase();
    if (local.startsWith('on')) return name;
    if (local === 'href' || local === 'src')
      if (!value.trim().startsWith('#') && !SAFE_DATA.test(value.trim())) return name;
    // Animation can write any attribute later, also a reference.
    if (local === 'attributename' && /href|^on|style/i.test(value)) return name;
    if (!name.startsWith('xmlns') && loads(value)) return name;
  }
  if (element.name === 'style') {
    const text = element.children.filter((child) => !isElement(child)).join('');
    if (loads(text)) return '<style>';
  }
  return undefined;
}

/** `<?xml-stylesheet …?>` loads a sheet; the tree no longer shows processing instructions. */
function callsStyleSheet(bytes: Uint8Array): boolean {
  const mark = '<?xml-stylesheet';
  for (let at = 0; at + mark.length <= bytes.length; at++) {
    if (bytes[at] !== 0x3c) continue;
    let same = 1;
    while (same < mark.length && bytes[at + same] === mark.charCodeAt(same)) same++;
    if (same === mark.length) return true;
  }
  return false;
}

/** @returns what makes the drawing unsafe, or `undefined`. */
export function svgOffence(root: XmlElement, bytes: Uint8Array): { line: number; what: string } | undefined {
  if (root.name !== 'svg') return { line: root.line, what: `<${root.name}>` };
  if (callsStyleSheet(bytes)) return { line: 1, what: 'xml-stylesheet' };
  const own = offenceIn(root);
  if (own !== undefined) return { line: root.line, what: own };
  for (const element of descendants(root)) {
    const what = offenceIn(element);
    if (what !== undefined) return { line: element.line, what };
  }
  return undefined;
}

/** Width and height in pixels where the drawing tells them. */
export function svgSize(root: XmlElement): { width: number; height: number } | undefined {
  const [width, height] = ['width', 'height'].map((name) => {
    const found = /^(\d+(?:\.\d+)?)(px)?$/.exec(root.attrs[name]?.trim() ?? '');
    return found === null ? 0 : Number(found[1]);
  });
  if (width! > 0 && height! > 0) return { width: width!, height: height! };
  const box = (root.attrs.viewBox ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return box.length === 4 && box[2]! > 0 && box[3]! > 0 ? { width: box[2]!, height: box[3]! } : undefined;
}
