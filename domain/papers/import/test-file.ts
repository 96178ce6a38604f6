/** The assessment test: parts, sections and references to items, with what is scored over all of them. */
import type { PaperNode, PaperSection } from '#protocol/paper.ts';
import type { OutcomeKeys, RuleNode } from '../keys.ts';
import { compileChildren } from './content.ts';
import type { BodyContext } from './context.ts';
import { type ItemDeclarations, readDeclarations } from './declarations.ts';
import { isIdentifier } from './identifiers.ts';
import { type ItemReference, languageOf, wrapBody } from './item.ts';
import type { Package } from './package.ts';
import { folderOf } from './paths.ts';
import { checkRules, rulesOf } from './scoring.ts';
import {
  attr,
  childElements,
  childrenOf,
  countAttr,
  descendants,
  firstChild,
  flagAttr,
  kind,
  numberAttr,
  type XmlElement,
} from './xml-tree.ts';

export interface CompiledTest {
  id: string;
  title: string;
  language?: string;
  sections: PaperSection[];
  /** In the order of the test; every reference is an item of its own, even to the same file. */
  references: ItemReference[];
  outcomes: Record<string, OutcomeKeys>;
  processing: RuleNode[];
  /** Weights that the outcome processing multiplies by. */
  weightsUsed: Set<string>;
}

interface TestReading {
  pack: Package;
  /** File that is being read: the test, or a section of its own. */
  path: string;
  references: ItemReference[];
  /** Identifiers of sections and items, which must all differ. */
  seen: Set<string>;
  sheets: { href: string; line: number }[];
  depth: number;
}

type Child = PaperSection['children'][number];

function takeIdentifier(element: XmlElement, reading: TestReading): string {
  const id = attr(element, 'identifier') ?? '';
  const place = { file: reading.path, line: element.line };
  if (!isIdentifier(id)) reading.pack.report.add('test/identifier', place, `<${element.name}> ${id}`.trim());
  else if (reading.seen.has(id)) reading.pack.report.add('test/duplicate', place, id);
  reading.seen.add(id);
  return id;
}

/** Parts of a test that only make sense with a fixed course or a clock of their own. */
function checkFlow(element: XmlElement, reading: TestReading): void {
  const { report } = reading.pack;
  for (const child of childrenOf(element, 'preCondition', 'branchRule'))
    report.add('test/branching', { file: reading.path, line: child.line }, attr(element, 'identifier') ?? '');
  for (const child of childrenOf(element, 'timeLimits')) {
    const limit = attr(child, 'maxTime') ?? attr(child, 'minTime') ?? '';
    report.add('test/time-limit', { file: reading.path, line: child.line }, limit);
  }
}

function readReference(element: XmlElement, reading: TestReading): Child | undefined {
  const place = { file: reading.path, line: element.line, item: attr(element, 'identifier') };
  const id = takeIdentifier(element, reading);
  checkFlow(element, reading);
  const path = reading.pack.locate(
    folderOf(reading.path),
    attr(element, 'href') ?? '',
    place,
    'test/missing-item',
  );
  if (path === undefined) return undefined;
  const weights: Record<string, number> = {};
  for (const weight of childrenOf(element, 'weight')) {
    const name = attr(weight, 'identifier') ?? '';
    const value = numberAttr(weight, 'value');
    if (isIdentifier(name) && value !== undefined) weights[name] = value;
  }
  const categories = (attr(element, 'category') ?? '').split(/\s+/).filter((name) => name !== '');
  reading.references.push({ id, path, weights, categories });
  return { item: id, ...drawFlags(element) };
}

function drawFlags(element: XmlElement): { fixed?: boolean; required?: boolean } {
  return {
    ...(flagAttr(element, 'fixed') ? { fixed: true } : {}),
    ...(flagAttr(element, 'required') ? { required: true } : {}),
  };
}

function readRubric(element: XmlElement, reading: TestReading): PaperNode[] {
  const view = (attr(element, 'view') ?? '').split(/\s+/);
  if (attr(element, 'view') === undefined)
    reading.pack.report.add('item/rubric-view', { file: reading.path, line: element.line });
  if (!view.includes('candidate') || attr(element, 'use') === 'scoring') return [];
  const folder = folderOf(reading.path);
  const place = { file: reading.path };
  const sheets = [...reading.sheets, ...childrenOf(element, 'stylesheet').map(sheetOf)];
  const context: BodyContext = {
    folder,
    file: reading.path,
    report: reading.pack.report,
    media: reading.pack.media,
    styles: reading.pack.styles.scope(folder, sheets, place),
    links: [],
    markerNotes: [],
  };
  return wrapBody(element, compileChildren(element, context), context);
}

function sheetOf(element: XmlElement): { href: string; line: number } {
  return { href: attr(element, 'href') ?? '', line: element.line };
}

/** How many of the children are drawn; impossible numbers are named. */
function readSelection(
  element: XmlElement,
  children: readonly Child[],
  reading: TestReading,
): number | undefined {
  const selection = firstChild(element, 'selection');
  if (selection === undefined) return undefined;
  const place = { file: reading.path, line: selection.line };
  if (flagAttr(selection, 'withReplacement')) reading.pack.report.add('test/replacement', place);
  const select = countAttr(selection, 'select');
  const required = children.filter((child) => child.required === true).length;
  if (select === undefined || select < 1 || select > children.length || select < required) {
    reading.pack.report.add(
      'test/select-range',
      place,
      `${attr(selection, 'select') ?? ''} / ${children.length}`,
    );
    return undefined;
  }
  return select;
}

/** An external section: read from its file, under the identifier that the file gives. */
function readSectionReference(element: XmlElement, reading: TestReading): PaperSection | undefined {
  const place = { file: reading.path, line: element.line };
  const path = reading.pack.locate(
    folderOf(reading.path),
    attr(element, 'href') ?? '',
    place,
    'test/missing-section',
  );
  const root = path === undefined ? undefined : reading.pack.load(path, place);
  if (path === undefined || root === undefined) return undefined;
  if (kind(root) !== 'assessmentSection' || reading.depth > 20) {
    reading.pack.report.add('test/missing-section', place, path);
    return undefined;
  }
  return readSection(root, { ...reading, path, depth: reading.depth + 1 });
}

function readSection(element: XmlElement, reading: TestReading): PaperSection {
  const { report } = reading.pack;
  const place = { file: reading.path, line: element.line };
  const id = takeIdentifier(element, reading);
  checkFlow(element, reading);
  if (attr(element, 'keepTogether') === 'false') report.add('test/keep-together', place, id);
  const rubric = childrenOf(element, 'rubricBlock').flatMap((block) => readRubric(block, reading));
  const children: Child[] = [];
  let written = 0;
  for (const child of childElements(element)) {
    const name = kind(child);
    let read: Child | undefined;
    if (name === 'assessmentItemRef') read = readReference(child, reading);
    else if (name === 'assessmentSection')
      read = readSection(child, { ...reading, depth: reading.depth + 1 });
    else if (name === 'assessmentSectionRef') read = readSectionReference(child, reading);
    else continue;
    written++;
    if (read !== undefined) children.push(read);
  }
  if (written === 0) report.add('test/empty-section', place, id);
  const ordering = firstChild(element, 'ordering');
  // Children that are missing are named already; a count over the rest would only confuse.
  const select = written === children.length ? readSelection(element, children, reading) : undefined;
  return {
    id,
    title: flagAttr(element, 'visible', true) ? (attr(element, 'title') ?? '') : '',
    ...(rubric.length > 0 ? { rubric } : {}),
    ...(ordering !== undefined && flagAttr(ordering, 'shuffle') ? { shuffle: true } : {}),
    ...(select === undefined ? {} : { select }),
    ...drawFlags(element),
    children,
  };
}

function readParts(root: XmlElement, reading: TestReading): PaperSection[] {
  return childrenOf(root, 'testPart').flatMap((part) => {
    takeIdentifier(part, reading);
    checkFlow(part, reading);
    if (attr(part, 'navigationMode') === 'linear')
      reading.pack.report.add(
        'test/linear',
        { file: reading.path, line: part.line },
        attr(part, 'identifier') ?? '',
      );
    return childElements(part).flatMap((child): PaperSection[] => {
      const name = kind(child);
      if (name === 'assessmentSection') return [readSection(child, reading)];
      const external = name === 'assessmentSectionRef' ? readSectionReference(child, reading) : undefined;
      return external === undefined ? [] : [external];
    });
  });
}

function weightsUsed(root: XmlElement): Set<string> {
  const processing = firstChild(root, 'outcomeProcessing');
  const names =
    processing === undefined ? [] : [...descendants(processing)].map((one) => attr(one, 'weightIdentifier'));
  return new Set(names.filter((name): name is string => name !== undefined && name !== ''));
}

function checkProcessing(
  root: XmlElement,
  path: string,
  declarations: ItemDeclarations,
  references: readonly ItemReference[],
  pack: Package,
): RuleNode[] {
  const processing = firstChild(root, 'outcomeProcessing');
  if (processing === undefined) return [];
  const ids = new Set(references.map((reference) => reference.id));
  checkRules(processing, {
    report: pack.report,
    place: { file: path },
    declarations,
    // Whether the item declares it is known only to the item; that there is such an item is checked here.
    itemVariable: (name) => [...ids].some((id) => name.startsWith(`${id}.`)),
  });
  return rulesOf(processing);
}

/** @returns `undefined` where the file is no test; the reason is in the report. */
export function compileTest(path: string, pack: Package): CompiledTest | undefined {
  const place = { file: path };
  const root = pack.load(path, place);
  if (root === undefined) return undefined;
  if (kind(root) !== 'assessmentTest') {
    const old = root.name === 'questestinterop';
    pack.report.add(
      old ? 'package/old-qti' : 'test/not-test',
      { ...place, line: root.line },
      `<${root.name}>`,
    );
    return undefined;
  }
  const reading: TestReading = {
    pack,
    path,
    references: [],
    seen: new Set(),
    sheets: childrenOf(root, 'stylesheet').map(sheetOf),
    depth: 0,
  };
  const id = attr(root, 'identifier') ?? '';
  if (!isIdentifier(id)) pack.report.add('test/identifier', { ...place, line: root.line }, id);
  checkFlow(root, reading);
  const sections = readParts(root, reading);
  const declarations = readDeclarations(root, pack.report, place);
  const language = languageOf(root);
  return {
    id,
    title: attr(root, 'title') ?? '',
    ...(language === undefined ? {} : { language }),
    sections,
    references: reading.references,
    outcomes: Object.fromEntries([...declarations.outcomes].map(([name, { keys }]) => [name, keys])),
    processing: checkProcessing(root, path, declarations, reading.references, pack),
    weightsUsed: weightsUsed(root),
  };
}
