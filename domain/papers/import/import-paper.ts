/**
 * A QTI content package (QTI 2.0 to 2.2 and 3.0, IMS content packaging) → compiled paper, keys and media. Pure: files
 * come in as bytes by path, XML parsing is injected, nothing is written. Any error refuses the whole package; the list
 * of problems is complete as far as the files can be read.
 */
import {
  PAPER_FORMAT,
  type Paper,
  type PaperItem,
  type PaperNode,
  type PaperStimulus,
} from '#protocol/paper.ts';
import type { PaperProblem } from '../faults.ts';
import { type ItemKeys, KEYS_FORMAT, type PaperKeys } from '../keys.ts';
import { isIdentifier } from './identifiers.ts';
import { type CompiledItem, compileItem, type ItemReference } from './item.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type ImportTools, openPackage, type Package } from './package.ts';
import { compileStimulus } from './stimulus.ts';
import { type CompiledTest, compileTest } from './test-file.ts';
import { attr } from './xml-tree.ts';

export interface ImportedPaper {
  /** Absent where any problem is an error. `fonts` is empty; node/papers adds them. */
  paper?: Paper;
  keys?: PaperKeys;
  /** Media by the name that `PaperMedia.file` gives. */
  files: Map<string, Uint8Array>;
  problems: PaperProblem[];
}

/** A package without a test: all items in the order of the manifest are one section. */
function testOfItems(manifest: Manifest, pack: Package): CompiledTest {
  const seen = new Set<string>();
  const references = manifest.items.map((resource): ItemReference => {
    const root = pack.load(resource.path, { file: manifest.path, line: resource.line, item: resource.id });
    const own = root === undefined ? undefined : attr(root, 'identifier');
    const id = own !== undefined && isIdentifier(own) ? own : resource.id;
    const place = { file: manifest.path, line: resource.line, item: id };
    if (!isIdentifier(id)) pack.report.add('test/identifier', place, id);
    else if (seen.has(id)) pack.report.add('test/duplicate', place, id);
    seen.add(id);
    return { id, path: resource.path, weights: {}, categories: [] };
  });
  return {
    id: isIdentifier(manifest.id) ? manifest.id : 'paper',
    title: manifest.title,
    sections: [{ id: 'items', title: '', children: references.map(({ id }) => ({ item: id })) }],
    references,
    outcomes: {},
    processing: [],
    weightsUsed: new Set(),
  };
}

function readTest(manifest: Manifest, pack: Package): CompiledTest | undefined {
  const [first, ...more] = manifest.tests;
  if (first === undefined) {
    if (manifest.items.length > 0) return testOfItems(manifest, pack);
    pack.report.add('package/no-items', { file: manifest.path });
    return undefined;
  }
  for (const other of more)
    pack.report.add('package/several-tests', { file: manifest.path, line: other.line }, other.path);
  const test = compileTest(first.path, pack);
  if (test === undefined) return undefined;
  if (test.references.length === 0 && !pack.report.hasErrors())
    pack.report.add('package/no-items', { file: first.path });
  const used = new Set(test.references.map((reference) => reference.path));
  if (more.length === 0)
    for (const item of manifest.items)
      if (!used.has(item.path))
        pack.report.add('package/unused-item', { file: manifest.path, line: item.line }, item.path);
  return test;
}

/** Points as the candidate sees them: times the weights that the test's own scoring multiplies by. */
function weigh(compiled: CompiledItem, test: CompiledTest, weights: Record<string, number>): PaperItem {
  const { item } = compiled;
  if (item.points === undefined) return item;
  let points = item.points;
  for (const name of test.weightsUsed) if (Object.hasOwn(weights, name)) points *= weights[name]!;
  return { ...item, points };
}

function textOfNodes(nodes: readonly PaperNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      if ('i' in node) return textOfNodes(node.i.prompt ?? []);
      return 'c' in node ? textOfNodes(node.c ?? []) : '';
    })
    .join('');
}

/** The test's language, else that of most items, else the package's; without any word about it, by its script. */
function mainLanguage(test: CompiledTest, items: readonly PaperItem[], manifest: Manifest): string {
  if (test.language !== undefined) return test.language;
  const counts = new Map<string, number>();
  for (const { language } of items)
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  if (most !== undefined) return most;
  if (manifest.language !== undefined) return manifest.language;
  const text = items.map((item) => textOfNodes(item.body)).join('');
  return /\p{Script=Han}/u.test(text) && !/\p{Script=Hiragana}/u.test(text) ? 'zh-CN' : 'und';
}

export function importPaper(entries: ReadonlyMap<string, Uint8Array>, tools: ImportTools): ImportedPaper {
  const pack = openPackage(entries, tools);
  const manifest = readManifest(pack);
  const test = manifest === undefined ? undefined : readTest(manifest, pack);
  if (manifest === undefined || test === undefined)
    return { files: new Map(), problems: pack.report.problems };

  const items: Record<string, PaperItem> = {};
  const itemKeys: Record<string, ItemKeys> = {};
  const stimuli: Record<string, PaperStimulus> = {};
  const stimulusPaths = new Map<string, string>();
  for (const reference of test.references) {
    const compiled = compileItem(reference, pack);
    if (compiled === undefined) continue;
    items[reference.id] = weigh(compiled, test, reference.weights);
    itemKeys[reference.id] = compiled.keys;
    for (const { id, path } of compiled.stimuli) {
      const known = stimulusPaths.get(id);
      const place = { file: reference.path, item: reference.id };
      if (known !== undefined && known !== path) pack.report.add('test/duplicate', place, id);
      if (known !== undefined) continue;
      stimulusPaths.set(id, path);
      const stimulus = compileStimulus(id, path, place, pack);
      if (stimulus !== undefined) stimuli[id] = stimulus;
    }
  }

  const { media, files } = pack.media.result();
  const { problems } = pack.report;
  if (pack.report.hasErrors()) return { files: new Map(), problems };
  const paper: Paper = {
    format: PAPER_FORMAT,
    id: test.id,
    title: test.title !== '' ? test.title : manifest.title !== '' ? manifest.title : test.id,
    language: mainLanguage(test, Object.values(items), manifest),
    sections: test.sections,
    items,
    stimuli,
    media,
    styles: pack.styles.result(),
    fonts: [],
  };
  const keys: PaperKeys = {
    format: KEYS_FORMAT,
    paper: test.id,
    items: itemKeys,
    outcomes: test.outcomes,
    processing: test.processing,
  };
  return { paper, keys, files, problems };
}
