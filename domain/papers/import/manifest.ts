/** imsmanifest.xml: which file is the test, which are items. Namespaces differ by version and are not looked at. */
import type { Package } from './package.ts';
import { fileNameOf, folderOf, resolveHref } from './paths.ts';
import {
  attr,
  childElements,
  childrenOf,
  descendants,
  firstChild,
  kind,
  plainText,
  type XmlElement,
} from './xml-tree.ts';

export interface ManifestResource {
  id: string;
  path: string;
  line: number;
}

export interface Manifest {
  path: string;
  id: string;
  title: string;
  language?: string;
  tests: ManifestResource[];
  items: ManifestResource[];
}

/** At the root, or alone in the highest folder (people zip the folder instead of its content). */
function findManifest(pack: Package): string | undefined {
  return pack.files
    .paths()
    .filter((path) => fileNameOf(path).toLowerCase() === 'imsmanifest.xml')
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))[0];
}

type Use = 'test' | 'item' | 'other' | 'unknown';

/** `imsqti_test_xmlv2p1`, `imsqti_item_xmlv3p0`, `imsqti_assessment_xmlv2p1`; QTI 1 had no kinds. */
function useOfType(type: string): Use {
  if (/^imsqti_(test|assessment)/i.test(type)) return 'test';
  if (/^imsqti_item/i.test(type)) return 'item';
  if (/^imsqti_xmlv1p/i.test(type) || type === '' || /^imsqti_xmlv2p\d$/i.test(type)) return 'unknown';
  return 'other';
}

function useOfRoot(root: XmlElement | undefined): Use {
  const name = root === undefined ? '' : kind(root);
  if (name === 'assessmentTest') return 'test';
  return name === 'assessmentItem' ? 'item' : 'other';
}

interface Resource extends ManifestResource {
  use: Use;
}

function readResource(
  element: XmlElement,
  base: string,
  pack: Package,
  manifest: string,
): Resource | undefined {
  const place = { file: manifest, line: element.line };
  const id = attr(element, 'identifier') ?? '';
  const folder = withBase(base, element);
  const type = attr(element, 'type') ?? '';
  let use = useOfType(type);
  for (const file of childrenOf(element, 'file')) {
    const href = attr(file, 'href') ?? '';
    const resolved = resolveHref(folder, href);
    const at = { file: manifest, line: file.line };
    if ('outside' in resolved && resolved.outside === 'traversal')
      pack.report.add('package/unsafe-path', at, href);
    else if ('path' in resolved && pack.files.find(resolved.path) === undefined)
      pack.report.add('package/unlisted-file', at, href);
  }
  const href = attr(element, 'href');
  if (href === undefined || href === '') return undefined;
  // Files that are no test or item are looked for where they are used.
  if (use === 'other') return undefined;
  const path = pack.locate(folder, href, place, 'package/missing-file');
  if (path === undefined) return undefined;
  if (use === 'unknown') {
    if (!/\.xml$/i.test(path)) return undefined;
    const root = pack.load(path, place);
    if (root?.name === 'questestinterop') pack.report.add('package/old-qti', { file: path, line: root.line });
    use = useOfRoot(root);
  }
  return { id, path, line: element.line, use };
}

function withBase(folder: string, element: XmlElement): string {
  const base = element.attrs['xml:base'];
  if (base === undefined || base.trim() === '') return folder;
  const resolved = resolveHref(folder, `${base.replace(/\/+$/, '')}/`);
  return 'path' in resolved ? resolved.path : folder;
}

function checkDependencies(resources: readonly XmlElement[], pack: Package, manifest: string): void {
  const ids = new Set<string>();
  for (const resource of resources) {
    const id = attr(resource, 'identifier') ?? '';
    if (ids.has(id))
      pack.report.add('package/duplicate-resource', { file: manifest, line: resource.line }, id);
    ids.add(id);
  }
  for (const resource of resources)
    for (const dependency of childrenOf(resource, 'dependency')) {
      const id = attr(dependency, 'identifierref') ?? '';
      if (!ids.has(id))
        pack.report.add('package/dangling-dependency', { file: manifest, line: dependency.line }, id);
    }
}

/** Title and language from LOM metadata of the package itself. */
function readMetadata(root: XmlElement): { title: string; language?: string } {
  const metadata = firstChild(root, 'metadata');
  if (metadata === undefined) return { title: '' };
  const general = [...descendants(metadata)].find((element) => element.name === 'general');
  if (general === undefined) return { title: '' };
  const title = firstChild(general, 'title');
  const language = firstChild(general, 'language');
  const text = title === undefined ? '' : plainText(childElements(title)[0] ?? title);
  const tag = language === undefined ? '' : plainText(language);
  return { title: text, ...(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(tag) ? { language: tag } : {}) };
}

/** @returns `undefined` where there is no usable manifest; the reason is in the report. */
export function readManifest(pack: Package): Manifest | undefined {
  const path = findManifest(pack);
  if (path === undefined) {
    pack.report.add('package/no-manifest', { file: '' });
    return undefined;
  }
  const root = pack.load(path, { file: path });
  if (root === undefined) return undefined;
  if (root.name !== 'manifest') {
    pack.report.add('package/not-manifest', { file: path, line: root.line }, `<${root.name}>`);
    return undefined;
  }
  const holders = childrenOf(root, 'resources');
  const elements = holders.flatMap((holder) => childrenOf(holder, 'resource'));
  checkDependencies(elements, pack, path);
  const base = withBase(folderOf(path), root);
  const resources = holders.flatMap((holder) =>
    childrenOf(holder, 'resource')
      .map((element) => readResource(element, withBase(base, holder), pack, path))
      .filter((resource): resource is Resource => resource !== undefined),
  );
  const pick = (use: Use): ManifestResource[] =>
    resources
      .filter((resource) => resource.use === use)
      .map(({ id, path: at, line }) => ({ id, path: at, line }));
  return {
    path,
    id: attr(root, 'identifier') ?? '',
    ...readMetadata(root),
    tests: pick('test'),
    items: pick('item'),
  };
}
