/** Faults of the package as a whole: XML and manifest; see faults.ts. */
import { error, type Fault, warning } from './fault.ts';

export const PACKAGE_FAULTS = {
  'xml/malformed': error(
    'XML 格式有误',
    'The XML is not well-formed',
    '请按所示行号修正',
    'Mend the line shown',
  ),
  'xml/encoding': error('文字编码有误', 'The text encoding is wrong', '请另存为 UTF-8', 'Save it as UTF-8'),
  'xml/doctype': error(
    'XML 中自带实体声明，出于安全不予读取',
    'The XML declares entities of its own, which is not safe',
    '请删除 DOCTYPE 中的声明',
    'Remove the declarations from DOCTYPE',
  ),
  'xml/too-large': error('XML 文件过大', 'The XML file is too large', '请拆分文件', 'Split the file'),
  'xml/too-deep': error(
    'XML 嵌套过深',
    'The XML is nested too deeply',
    '请检查导出工具',
    'Check the exporting tool',
  ),
  'package/no-manifest': error(
    '缺少清单文件 imsmanifest.xml',
    'There is no imsmanifest.xml',
    '请导出为 QTI 内容包',
    'Export it as a QTI content package',
  ),
  'package/not-manifest': error(
    'imsmanifest.xml 不是内容包清单',
    'imsmanifest.xml is not a content package manifest',
    '请重新导出内容包',
    'Export the package again',
  ),
  'package/old-qti': error(
    'QTI 1.x 格式不受支持',
    'QTI 1.x is not supported',
    '请导出为 QTI 2.x 或 3.0',
    'Export it as QTI 2.x or 3.0',
  ),
  'package/several-tests': error(
    '包内有多份试卷',
    'The package holds several tests',
    '请每份试卷单独成包',
    'Put each test into a package of its own',
  ),
  'package/no-items': error(
    '包内没有试题',
    'The package holds no items',
    '请检查导出内容',
    'Check what was exported',
  ),
  'package/missing-file': error(
    '清单所列试题或试卷文件不存在',
    'A test or item that the manifest lists is not in the package',
    '请补齐文件后重新打包',
    'Add the file and pack again',
  ),
  'package/unlisted-file': warning(
    '清单所列的附属文件不存在',
    'A file that the manifest lists is not in the package',
    '若试题不需要可忽略',
    'Ignore it if no item needs it',
  ),
  'package/unsafe-path': error(
    '引用指向包外',
    'A reference leads out of the package',
    '请改为包内相对路径',
    'Use a path inside the package',
  ),
  'package/duplicate-resource': error(
    '清单中资源标识重复',
    'Two resources of the manifest have the same identifier',
    '请改为不同的标识',
    'Give them different identifiers',
  ),
  'package/dangling-dependency': error(
    '清单依赖的资源不存在',
    'The manifest depends on a resource that it does not list',
    '请补上资源或删除依赖',
    'Add the resource or remove the dependency',
  ),
  'package/unused-item': warning(
    '试卷没有用到这道试题',
    'The test does not use this item',
    '若属有意可忽略',
    'Ignore it if this is intended',
  ),
} as const satisfies Record<string, Fault>;
