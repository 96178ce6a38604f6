/** Faults of media, style sheets and fonts; see faults.ts. */
import { error, type Fault, warning } from './fault.ts';

export const MEDIA_FAULTS = {
  'media/missing': error(
    '引用的媒体文件不存在',
    'A media file is not in the package',
    '请补齐文件后重新打包',
    'Add the file and pack again',
  ),
  'media/external': error(
    '引用了外部网络地址',
    'It refers to an address on the internet',
    '请把文件放入包内',
    'Put the file into the package',
  ),
  'media/type': error(
    '文件类型不受支持',
    'This file type is not supported',
    '请转换为常用格式',
    'Convert it to a common format',
  ),
  'media/mismatch': error(
    '文件内容与扩展名不符',
    "The file's content does not match its name",
    '请重新保存文件',
    'Save the file again in the right format',
  ),
  'media/unsafe-svg': error(
    'SVG 含脚本或外部引用',
    'The SVG contains scripts or outside references',
    '请导出为纯图形，或改用 PNG',
    'Export plain shapes, or use PNG',
  ),
  'media/case': warning(
    '文件名大小写不一致',
    'The file name differs in upper and lower case',
    '建议改为一致',
    'Make them the same',
  ),
  'media/data-address': error(
    '内嵌图片无法读取',
    'An embedded picture cannot be read',
    '请改为包内文件',
    'Put it into the package as a file',
  ),
  'style/missing': warning(
    '样式表不存在',
    'A style sheet is not in the package',
    '请在预览中核对',
    'Check the preview',
  ),
  'style/dropped': warning(
    '部分样式不被允许，已略去',
    'Some styles are not permitted and were left out',
    '请在预览中核对',
    'Check the preview',
  ),
  'style/too-large': warning(
    '样式表过大，未采用',
    'A style sheet is too large and was not used',
    '请在预览中核对',
    'Check the preview',
  ),
  'font/missing-glyphs': warning(
    '字体缺字',
    'The fonts lack some characters',
    '请换用其他写法或联系技术支持',
    'Write them otherwise or ask for support',
  ),
} as const satisfies Record<string, Fault>;
