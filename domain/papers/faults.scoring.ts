/** Faults of scoring; see faults.ts. */
import { error, type Fault, warning } from './fault.ts';

export const SCORING_FAULTS = {
  'scoring/absent': warning(
    '没有评分规则，无法自动评分',
    'There is no response processing: no automatic scoring',
    '需人工评分，或补上评分规则',
    'Score by hand, or add response processing',
  ),
  'scoring/by-hand': warning(
    '主观题，由人工评分',
    'No automatic scoring: to be marked by hand',
    '阅卷时评分',
    'Mark it after the exam',
  ),
  'scoring/undeclared': error(
    '评分规则引用了未声明的变量',
    'The response processing uses a variable that is not declared',
    '请补上声明',
    'Declare it',
  ),
  'scoring/no-correct': error(
    '评分规则需要标准答案，但没有给出',
    'The response processing needs a correct response and none is given',
    '请补上标准答案或改评分规则',
    'Give the correct response or change the rule',
  ),
  'scoring/no-mapping': error(
    '评分规则需要分值映射，但没有给出',
    'The response processing needs a mapping and none is given',
    '请补上分值映射',
    'Give the mapping',
  ),
  'scoring/no-table': error(
    '评分规则需要对照表，但没有给出',
    'The response processing needs a lookup table and none is given',
    '请补上对照表',
    'Give the table',
  ),
  'scoring/unknown-rule': error(
    '评分规则无法识别',
    'A scoring rule is not known',
    '请使用标准规则',
    'Use standard rules',
  ),
  'scoring/custom': error(
    '自定义评分运算不受支持',
    'Custom operators are not supported',
    '请使用标准规则',
    'Use standard rules',
  ),
  'scoring/template': error(
    '评分模板无法识别',
    'The response processing template is not known',
    '请使用标准模板',
    'Use a standard template',
  ),
  'scoring/correct-unknown': error(
    '标准答案不在选项之中',
    'The correct response is not among the choices',
    '请修正标准答案',
    'Correct it',
  ),
  'scoring/correct-count': error(
    '标准答案的个数与作答方式不符',
    'The number of correct values does not suit the response',
    '请修正标准答案',
    'Correct it',
  ),
  'scoring/mapping-unknown': warning(
    '分值映射含不存在的选项',
    'The mapping names a choice that does not exist',
    '请核对分值映射',
    'Check the mapping',
  ),
  'scoring/mapping-value': error(
    '分值不是数字',
    'A mapped value is not a number',
    '请修正分值',
    'Correct it',
  ),
  'scoring/type': warning(
    '评分规则的变量类型不一致',
    'Types differ in a scoring rule',
    '请核对评分规则',
    'Check the rule',
  ),
  'scoring/no-score': warning(
    '评分规则从不给出分数',
    'The response processing never sets a score',
    '请核对评分规则',
    'Check the rule',
  ),
  'scoring/outcome': error('结果变量声明有误', 'An outcome declaration is wrong', '请修正声明', 'Correct it'),
} as const satisfies Record<string, Fault>;
