/**
 * XML bytes → the importer's tree, on saxes (a strict parser that loads nothing). Refused: entities of the file's own
 * (external entities, "billion laughs"), documents too large or too deep. A plain `<!DOCTYPE x SYSTEM "…">` is passed
 * over and never fetched.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { ParseXml, XmlElement, XmlFault, XmlFaultCode } from '#domain/papers/import/xml-tree.ts';
import { decodeText, EncodingFault } from './decode-text.ts';

export interface XmlLimits {
  bytes: number;
  /** Nested elements. */
  depth: number;
  elements: number;
}

export const XML_LIMITS: XmlLimits = { bytes: 20 * 1024 * 1024, depth: 200, elements: 200_000 };

class XmlStop extends Error {
  readonly fault: XmlFault;

  constructor(code: XmlFaultCode, line: number, detail: string) {
    super(detail);
    this.fault = { code, line, detail };
  }
}

function declaredEncoding(head: string): string | undefined {
  return /^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']{1,40})["']/.exec(head)?.[1];
}

function build(text: string, limits: XmlLimits): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let startLine = 1;
  let startColumn = 1;

  function addText(part: string): void {
    const parent = open.at(-1);
    if (parent === undefined) return;
    const last = parent.children.at(-1);
    if (typeof last === 'string') parent.children[parent.children.length - 1] = last + part;
    else parent.children.push(part);
  }

  parser.on('error', (error) => {
    // saxes puts "line:column: " before its words.
    throw new XmlStop('xml/malformed', parser.line, error.message.replace(/^\d+:\d+: /, '').slice(0, 200));
  });
  parser.on('doctype', (doctype) => {
    if (doctype.includes('['))
      throw new XmlStop('xml/doctype', parser.line, 'DOCTYPE with declarations of its own');
  });
  parser.on('opentagstart', () => {
    startLine = parser.line;
    startColumn = parser.column;
  });
  parser.on('opentag', (tag: SaxesTagNS) => {
    count++;
    if (count > limits.elements)
      throw new XmlStop('xml/too-large', parser.line, `more than ${limits.elements} elements`);
    if (open.length >= limits.depth)
      throw new XmlStop('xml/too-deep', parser.line, `nested deeper than ${limits.depth}`);
    // No prototype: an attribute may be called `constructor`.
    const attrs: Record<string, string> = Object.create(null);
    for (const attribute of Object.values(tag.attributes)) attrs[attribute.name] = attribute.value;
    const element: XmlElement = {
      name: tag.local,
      prefix: tag.prefix,
      ns: tag.uri,
      attrs,
      children: [],
      line: startLine,
      column: startColumn,
    };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  if (root === undefined) throw new XmlStop('xml/malformed', 1, 'no element');
  return root;
}

/** @returns the root element, or what is wrong and in which line. Bytes in UTF-8, UTF-16, GBK or GB18030. */
export function parseXmlWithin(bytes: Uint8Array, limits: XmlLimits): ReturnType<ParseXml> {
  if (bytes.length > limits.bytes)
    return { fault: { code: 'xml/too-large', line: 0, detail: `${bytes.length} bytes` } };
  try {
    return { root: build(decodeText(bytes, declaredEncoding), limits) };
  } catch (error) {
    if (error instanceof XmlStop) return { fault: error.fault };
    if (error instanceof EncodingFault)
      return { fault: { code: 'xml/encoding', line: error.line, detail: error.message } };
    throw error;
  }
}

export const parseXml: ParseXml = (bytes) => parseXmlWithin(bytes, XML_LIMITS);
