/** Faults of the assessment test; see faults.ts. */
import { error, type Fault, warning } from './fault.ts';

export const TEST_FAULTS = {
  'test/not-test': error(
    '试卷文件不是 QTI 试卷',
    'The test file is not a QTI test',
    '请重新导出内容包',
    'Export the package again',
  ),
  'test/missing-item': error(
    '试卷引用的试题文件不存在',
    'The test refers to an item file that is not there',
    '请补齐试题文件',
    'Add the item file',
  ),
  'test/missing-section': error(
    '试卷引用的部分不存在',
    'The test refers to a section file that is not there',
    '请补齐文件',
    'Add the file',
  ),
  'test/duplicate': error(
    '试卷中标识重复',
    'An identifier occurs twice in the test',
    '请改为不同的标识',
    'Give them different identifiers',
  ),
  'test/identifier': error(
    '标识缺失或不可用',
    'An identifier is missing or cannot be used',
    '标识不得为空、含空格或超过 128 个字符',
    'It must not be empty, contain blanks or exceed 128 characters',
  ),
  'test/branching': error(
    '跳转规则与前置条件不受支持',
    'Branching and preconditions are not supported',
    '请改为固定流程的试卷',
    'Use a test with a fixed course',
  ),
  'test/replacement': error(
    '有放回的抽题不受支持',
    'Drawing items with replacement is not supported',
    '请改为无放回抽题',
    'Draw without replacement',
  ),
  'test/select-range': error(
    '抽题数量大于可选题数，或小于必选题数',
    'The number of items to draw is impossible',
    '请修正抽题数量',
    'Correct the number',
  ),
  'test/empty-section': warning(
    '该部分没有试题',
    'The section has no items',
    '若属有意可忽略',
    'Ignore it if this is intended',
  ),
  'test/linear': warning(
    '试卷要求只能按顺序作答，本系统允许自由前后',
    'The test asks for strict order; candidates here may go back and forth',
    '若必须按序作答，请联系命题方',
    'Ask the author if strict order is essential',
  ),
  'test/time-limit': warning(
    '试卷内的时限未采用，时长以科次设置为准',
    'Time limits inside the package are not used; the sitting sets the duration',
    '请核对科次时长',
    "Check the sitting's duration",
  ),
  'test/keep-together': warning(
    '“部分可拆散”的设置未采用，该部分保持连续',
    'A section that may be torn apart is kept together',
    '请核对抽题要求',
    'Check the order that was intended',
  ),
} as const satisfies Record<string, Fault>;
