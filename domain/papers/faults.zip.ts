/** Faults of the ZIP file; see faults.ts. */
import { error, type Fault } from './fault.ts';

export const ZIP_FAULTS = {
  'zip/not-zip': error(
    '不是 ZIP 压缩包',
    'Not a ZIP file',
    '请导出为 QTI 内容包（.zip）后再上传',
    'Export it as a QTI content package (.zip)',
  ),
  'zip/truncated': error(
    '压缩包不完整，可能没有传完',
    'The ZIP file is cut short',
    '请重新下载或复制后再上传',
    'Download or copy it again',
  ),
  'zip/damaged': error(
    '压缩包已损坏',
    'The ZIP file is damaged',
    '请重新导出压缩包',
    'Export the package again',
  ),
  'zip/crc': error(
    '文件内容与校验值不符',
    'A file does not match its checksum',
    '请重新导出压缩包',
    'Export the package again',
  ),
  'zip/too-many-entries': error(
    '压缩包内文件过多（上限 2000 个）',
    'Too many files in the package (2,000 at most)',
    '请拆分试卷或删除无关文件',
    'Split the paper or remove files that do not belong to it',
  ),
  'zip/entry-too-large': error(
    '单个文件过大（上限 200 MB）',
    'A file is too large (200 MB at most)',
    '请压缩音视频或图片',
    'Compress the sound, film or picture',
  ),
  'zip/total-too-large': error(
    '解压后总量过大（上限 600 MB）',
    'Unpacked it is too large (600 MB at most)',
    '请压缩音视频或拆分试卷',
    'Compress the media or split the paper',
  ),
  'zip/bomb': error(
    '压缩比异常，疑似压缩炸弹',
    'It unpacks to far more than it could hold (ZIP bomb)',
    '请核对文件来源',
    'Check where the file comes from',
  ),
  'zip/traversal': error(
    '文件名指向压缩包之外（含 ..）',
    'A file name leads out of the package (..)',
    '请用正常工具重新打包',
    'Pack it again with an ordinary tool',
  ),
  'zip/absolute': error(
    '文件名是绝对路径',
    'A file name is an absolute path',
    '请用相对路径重新打包',
    'Pack it again with relative names',
  ),
  'zip/backslash': error(
    '文件名含反斜杠',
    'A file name contains a backslash',
    '请换一个压缩工具重新打包',
    'Pack it again with another tool',
  ),
  'zip/symlink': error(
    '压缩包内含符号链接',
    'The package contains a symbolic link',
    '请放入真实文件后重新打包',
    'Put in the real file and pack again',
  ),
  'zip/special-file': error(
    '压缩包内含特殊文件',
    'The package contains a special file',
    '请只放入普通文件',
    'Pack ordinary files only',
  ),
  'zip/duplicate': error(
    '压缩包内有同名文件',
    'Two files have the same name',
    '请改名后重新打包',
    'Rename one and pack again',
  ),
  'zip/encrypted': error(
    '压缩包已加密',
    'The package is encrypted with a password',
    '请取消压缩密码后重新打包',
    'Pack it again without a password',
  ),
  'zip/method': error(
    '压缩方式不受支持',
    'The compression method is not supported',
    '请用标准 ZIP（Deflate）重新打包',
    'Pack it as ordinary ZIP (Deflate)',
  ),
  'zip/name': error(
    '文件名无法识别',
    'A file name cannot be read',
    '请把文件名改为中文、字母或数字',
    'Give the file a plain name',
  ),
} as const satisfies Record<string, Fault>;
