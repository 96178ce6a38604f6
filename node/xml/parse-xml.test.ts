import { Buffer } from 'node:buffer';
import t from 'tap';
import { isElement, textOf } from '#domain/papers/import/xml-tree.ts';
import { decodeStyleSheet } from './decode-text.ts';
import { parseXml, parseXmlWithin } from './parse-xml.ts';

function parse(text: string | Uint8Array) {
  return parseXml(typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'utf8')) : text);
}

function root(text: string | Uint8Array) {
  const result = parse(text);
  if ('fault' in result) throw new Error(`${result.fault.code} ${result.fault.detail}`);
  return result.root;
}

function fault(text: string | Uint8Array) {
  const result = parse(text);
  return 'fault' in result ? result.fault : undefined;
}

t.test('builds the tree with names, namespaces, text and lines', async (t) => {
  const tree = root(
    '<?xml version="1.0"?>\n<a xmlns="urn:x" xmlns:m="urn:m" id="1">\n  <m:b xml:lang="zh">t &lt;&#x4e2d;<![CDATA[<c>]]></m:b><!-- no -->tail</a>',
  );
  t.match(tree, { name: 'a', prefix: '', ns: 'urn:x', line: 2, attrs: { id: '1' } });
  const b = tree.children.find(isElement)!;
  t.match(b, { name: 'b', prefix: 'm', ns: 'urn:m', line: 3, attrs: { 'xml:lang': 'zh' } });
  t.equal(textOf(b), 't <中<c>');
  t.equal(tree.children.at(-1), 'tail');
  t.equal(Object.getPrototypeOf(tree.attrs), null);
});

t.test('encodings: mark, declaration, GBK and GB18030, UTF-16', async (t) => {
  const body = '<a>中文</a>';
  t.equal(textOf(root(`\ufeff${body}`)), '中文');
  t.equal(textOf(root(Buffer.from(`\ufeff${body}`, 'utf16le'))), '中文');
  const big = Buffer.from(`\ufeff${body}`, 'utf16le').swap16();
  t.equal(textOf(root(big)), '中文');
  const gbk = Buffer.concat([
    Buffer.from('<?xml version="1.0" encoding="GBK"?><a>'),
    Buffer.from([0xd6, 0xd0, 0xce, 0xc4]),
    Buffer.from('</a>'),
  ]);
  t.equal(textOf(root(gbk)), '中文');
  // 𠮷 is four bytes in GB18030.
  const rare = Buffer.concat([
    Buffer.from('<?xml version="1.0" encoding="gb18030"?><a>'),
    Buffer.from([0x95, 0x34, 0xc5, 0x39]),
    Buffer.from('</a>'),
  ]);
  t.equal([...textOf(root(rare))].length, 1);
});

t.test('text that is not in its encoding is named with its line', async (t) => {
  const bad = Buffer.concat([Buffer.from('<a>\n<b/>\n'), Buffer.from([0xd6, 0xd0]), Buffer.from('</a>')]);
  t.match(fault(bad), { code: 'xml/encoding', line: 3 });
  t.match(fault('<?xml version="1.0" encoding="EBCDIC"?><a/>'), { code: 'xml/encoding' });
});

t.test('malformed XML is named with its line', async (t) => {
  t.match(fault('<a>\n<b>\n</a>'), { code: 'xml/malformed', line: 3 });
  t.match(fault('<a>\n&nbsp;</a>'), { code: 'xml/malformed', line: 2 });
  t.match(fault('<a><m:b/></a>'), { code: 'xml/malformed' });
  t.match(fault(''), { code: 'xml/malformed' });
  t.match(fault('<a/><b/>'), { code: 'xml/malformed' });
});

t.test(
  'entities of the file itself are refused, a plain DOCTYPE is passed over and not loaded',
  async (t) => {
    t.match(fault('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'), {
      code: 'xml/doctype',
    });
    const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}">]><l>&b;</l>`;
    t.match(fault(laughs), { code: 'xml/doctype' });
    t.match(fault('<!DOCTYPE a [ ]><a/>'), { code: 'xml/doctype' });
    t.equal(root('<!DOCTYPE a SYSTEM "http://192.0.2.1/qti.dtd"><a>x</a>').name, 'a');
  },
);

t.test('bounds', async (t) => {
  t.match(fault('<a>'.repeat(201)), { code: 'xml/too-deep' });
  const bytes = new Uint8Array(Buffer.from(`<a>${'<b/>'.repeat(20)}</a>`));
  t.match(parseXmlWithin(bytes, { bytes: 1000, depth: 9, elements: 20 }), {
    fault: { code: 'xml/too-large' },
  });
  t.match(parseXmlWithin(bytes, { bytes: 10, depth: 9, elements: 99 }), { fault: { code: 'xml/too-large' } });
});

t.test('style sheets are text in any of the usual encodings', async (t) => {
  t.equal(decodeStyleSheet(Buffer.from('.a{} /* 中 */')), '.a{} /* 中 */');
  t.match(
    decodeStyleSheet(Buffer.concat([Buffer.from('/* '), Buffer.from([0xd6, 0xd0]), Buffer.from(' */')])),
    '中',
  );
});
