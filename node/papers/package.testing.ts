/** Small packages for tests, written on the spot. */
import { Buffer } from 'node:buffer';
import type { PaperProblem } from '#domain/papers/faults.ts';
import { importPaper } from '#domain/papers/import/import-paper.ts';
import { decodeStyleSheet } from '#node/xml/decode-text.ts';
import { parseXml } from '#node/xml/parse-xml.ts';
import type { Interaction, PaperNode } from '#protocol/paper.ts';

export type Files = Record<string, string | Uint8Array>;

/** One white pixel, 1 × 1. */
export const PNG = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg==',
    'base64',
  ),
);
export const OGG = new Uint8Array(Buffer.from('OggS\0\x02 a recording'));
export const MP4 = new Uint8Array(Buffer.from('\0\0\0\x18ftypmp42 a film'));

const QTI3 = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"';
const QTI2 = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"';

export const MATCH_CORRECT =
  '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>';

export interface ItemParts {
  id?: string;
  head?: string;
  body: string;
  tail?: string;
  attributes?: string;
}

/** A QTI 3 item; `head` are declarations and sheets, `tail` is what follows the body. */
export function item3({ id = 'q1', head = '', body, tail = '', attributes = '' }: ItemParts): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item ${QTI3} identifier="${id}" title="Item ${id}" time-dependent="false" ${attributes}>
${head}
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body>${body}</qti-item-body>
${tail}
</qti-assessment-item>`;
}

/** A QTI 2.1 item. */
export function item2({ id = 'q1', head = '', body, tail = '', attributes = '' }: ItemParts): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem ${QTI2} identifier="${id}" title="Item ${id}" adaptive="false" timeDependent="false" ${attributes}>
${head}
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>${body}</itemBody>
${tail}
</assessmentItem>`;
}

/** A response declaration in QTI 3. */
export function response(
  base: string,
  { id = 'RESPONSE', cardinality = 'single', correct = [] as readonly string[], more = '' } = {},
): string {
  const values = correct.map((value) => `<qti-value>${value}</qti-value>`).join('');
  const holder = values === '' ? '' : `<qti-correct-response>${values}</qti-correct-response>`;
  return `<qti-response-declaration identifier="${id}" cardinality="${cardinality}" base-type="${base}">${holder}${more}</qti-response-declaration>`;
}

/** A choice item whose correct response is B. */
export function choice3(id = 'q1', body = 'Which?'): string {
  return item3({
    id,
    head: response('identifier', { correct: ['B'] }),
    body: `<p>${body}</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="1" shuffle="true">
<qti-simple-choice identifier="A">one</qti-simple-choice><qti-simple-choice identifier="B">two</qti-simple-choice>
</qti-choice-interaction>`,
    tail: MATCH_CORRECT,
  });
}

/** A manifest over the files; those whose name begins with `test` or `item`/`q` become tests and items. */
export function manifest(files: Files, more = ''): string {
  const resources = Object.keys(files)
    .filter((path) => path.endsWith('.xml') && !path.endsWith('imsmanifest.xml'))
    .map((path, at) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const use = name.startsWith('test') ? 'test' : /^(item|q)/.test(name) ? 'item' : 'stimulus';
      return `<resource identifier="r${at}" type="imsqti_${use}_xmlv3p0" href="${path}"><file href="${path}"/></resource>`;
    });
  return `<?xml version="1.0"?>
<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="pack"><organizations/><resources>
${resources.join('\n')}${more}
</resources></manifest>`;
}

export function bytesOf(files: Files): Map<string, Uint8Array> {
  return new Map(
    Object.entries(files).map(([name, data]) => [
      name,
      typeof data === 'string' ? new Uint8Array(Buffer.from(data, 'utf8')) : data,
    ]),
  );
}

/** Imports files, with a manifest made for them unless they bring one. */
export function importFiles(files: Files): ReturnType<typeof importPaper> {
  const own = Object.keys(files).some((path) => path.endsWith('imsmanifest.xml'));
  const whole = own ? files : { 'imsmanifest.xml': manifest(files), ...files };
  return importPaper(bytesOf(whole), { parseXml, decodeSheet: decodeStyleSheet });
}

/** Imports one item and gives its first interaction (or nothing) with the problems. */
export function importItem(xml: string, more: Files = {}) {
  const imported = importFiles({ 'q1.xml': xml, ...more });
  const item = imported.paper === undefined ? undefined : Object.values(imported.paper.items)[0];
  const interaction = item === undefined ? undefined : firstInteraction(item.body);
  return { ...imported, item, interaction };
}

function firstInteraction(nodes: readonly PaperNode[]): Interaction | undefined {
  for (const node of nodes) {
    if (typeof node === 'string' || 'g' in node) continue;
    if ('i' in node) return node.i;
    const inner = firstInteraction(node.c ?? []);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** `code file:line item` of each problem, for short expectations. */
export function told(problems: readonly PaperProblem[]): string[] {
  return problems.map(
    ({ code, file, line, item }) =>
      `${code} ${file}${line === undefined ? '' : `:${line}`}${item === undefined ? '' : ` ${item}`}`,
  );
}

export function codes(problems: readonly PaperProblem[]): string[] {
  return [...new Set(problems.map((problem) => problem.code))].sort();
}
