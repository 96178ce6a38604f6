/**
 * Why an item could not be scored. A rule that cannot be carried out never becomes a number: the item is `failed`, with
 * the code and the place in the rules, and a person decides.
 */

interface Words {
  zh: string;
  en: string;
}

export const SCORE_FAULTS = {
  'score/undeclared': { zh: '规则引用了未声明的变量', en: 'A rule uses a variable that is not declared' },
  'score/unknown-rule': { zh: '规则无法识别', en: 'A rule is not known' },
  'score/custom': { zh: '自定义运算不受支持', en: 'Custom operators are not supported' },
  'score/template': { zh: '评分模板无法识别', en: 'The response processing template is not known' },
  'score/operands': { zh: '运算的操作数个数不对', en: 'An operator has too few or too many operands' },
  'score/type': { zh: '运算的数据类型不符', en: 'A value has the wrong type for its operator' },
  'score/attribute': { zh: '规则的属性缺失或有误', en: 'An attribute of a rule is missing or wrong' },
  'score/mapping': { zh: '没有分值映射', en: 'There is no mapping' },
  'score/table': { zh: '没有对照表', en: 'There is no lookup table' },
  'score/pattern': { zh: '正则表达式无法使用', en: 'A pattern cannot be used' },
  'score/random': { zh: '规则使用随机数，但没有种子', en: 'A rule draws at random and there is no seed' },
  'score/record': { zh: '记录类型的变量不受支持', en: 'Variables of record cardinality are not supported' },
  'score/key': { zh: '标准答案或默认值无法读取', en: 'A correct response or default cannot be read' },
  'score/response': { zh: '作答的形式与声明不符', en: 'The answer does not have the form that is declared' },
  'score/sections': {
    zh: '规则按部分计分，但没有试卷结构',
    en: 'A rule counts by section and the paper’s structure is not there',
  },
  'score/not-number': { zh: '得分不是数字', en: 'The score is not a number' },
  'score/item': {
    zh: '答题记录含试卷没有的试题',
    en: 'The answers name an item that the paper does not have',
  },
} as const satisfies Record<string, Words>;

export type ScoreFaultCode = keyof typeof SCORE_FAULTS;

export interface ScoreFault {
  code: ScoreFaultCode;
  /** Way to the rule, such as `responseCondition/responseIf/match`; empty where it concerns the whole item. */
  where: string;
  /** What exactly: an identifier, an attribute. Never an answer. */
  detail: string;
}

/** Thrown inside the evaluation only; `scorePaper` catches it and never throws it on. */
export class ScoringError extends Error {
  readonly code: ScoreFaultCode;
  readonly detail: string;
  /** Filled in on the way out, from the innermost rule. */
  readonly path: string[] = [];

  constructor(code: ScoreFaultCode, detail = '') {
    super(`${code}${detail === '' ? '' : `: ${detail}`}`);
    this.name = 'ScoringError';
    this.code = code;
    this.detail = detail;
  }

  toFault(): ScoreFault {
    return { code: this.code, where: this.path.join('/'), detail: this.detail };
  }
}
