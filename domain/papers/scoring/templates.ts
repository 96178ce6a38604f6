/**
 * The standard templates as rules (QTI 2.2 and 3.0, "Standard response processing templates"; CC2_* of the Common
 * Cartridge profile). They work on RESPONSE and SCORE.
 */
import type { ItemKeys, RuleNode } from '../keys.ts';
import { ScoringError } from './score-faults.ts';

const RESPONSE: RuleNode = { op: 'variable', a: { identifier: 'RESPONSE' } };

function number(points: string): RuleNode {
  return { op: 'baseValue', a: { baseType: 'float' }, v: points };
}

function score(value: RuleNode): RuleNode {
  return { op: 'setOutcomeValue', a: { identifier: 'SCORE' }, c: [value] };
}

function feedback(word: string): RuleNode {
  const value: RuleNode = { op: 'baseValue', a: { baseType: 'identifier' }, v: word };
  return { op: 'setOutcomeValue', a: { identifier: 'FEEDBACKBASIC' }, c: [value] };
}

function either(test: RuleNode, yes: RuleNode[], no: RuleNode[]): RuleNode[] {
  return [
    {
      op: 'responseCondition',
      c: [
        { op: 'responseIf', c: [test, ...yes] },
        { op: 'responseElse', c: no },
      ],
    },
  ];
}

const MATCHES: RuleNode = { op: 'match', c: [RESPONSE, { op: 'correct', a: { identifier: 'RESPONSE' } }] };
const BLANK: RuleNode = { op: 'isNull', c: [RESPONSE] };

function mapped(op: 'mapResponse' | 'mapResponsePoint'): RuleNode[] {
  return either(BLANK, [score(number('0'))], [score({ op, a: { identifier: 'RESPONSE' } })]);
}

/** @throws ScoringError `score/template` for a name that nobody knows. */
export function templateRules(name: string, outcomes: ItemKeys['outcomes']): RuleNode[] {
  const tells = outcomes.FEEDBACKBASIC !== undefined;
  const all: RuleNode = { op: 'variable', a: { identifier: 'MAXSCORE' } };
  switch (name) {
    case 'match_correct':
    case 'CC2_match':
      return either(MATCHES, [score(number('1'))], [score(number('0'))]);
    case 'CC2_match_basic':
      return either(
        MATCHES,
        [score(outcomes.MAXSCORE === undefined ? number('1') : all), ...(tells ? [feedback('correct')] : [])],
        [score(number('0')), ...(tells ? [feedback('incorrect')] : [])],
      );
    case 'map_response':
    case 'CC2_map_response':
      return mapped('mapResponse');
    case 'map_response_point':
      return mapped('mapResponsePoint');
    default:
      throw new ScoringError('score/template', name);
  }
}
