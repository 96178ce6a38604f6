/** The most an item can give, by the best thing that is known of it. */
import type { PaperItem } from '#protocol/paper.ts';
import { pointsOf } from '../import/declarations.ts';
import type { ItemKeys, ResponseKeys } from '../keys.ts';
import { mostOf } from './mapping.ts';
import type { Maybe } from './values.ts';

/**
 * `declared`: `normalMaximum` of SCORE, or MAXSCORE; `template`: what the standard template can give;
 * `correct`: what the correct responses get.
 */
export type MaximumSource = 'declared' | 'template' | 'correct';

export interface Maximum {
  points: number;
  from: MaximumSource;
}

function singleNumber(value: Maybe | undefined): number | undefined {
  const [item] = value?.cardinality === 'single' ? value.items : [];
  return typeof item === 'number' ? item : undefined;
}

function most(item: PaperItem | undefined, response: string): number {
  return item?.responses.find(({ id }) => id === response)?.max ?? 0;
}

function ofTemplate(keys: ItemKeys, item: PaperItem | undefined): number | undefined {
  const response: ResponseKeys | undefined = keys.responses.RESPONSE;
  if (keys.processing === undefined || keys.processing.rules.length > 0 || response === undefined)
    return undefined;
  switch (keys.processing.template) {
    case 'match_correct':
    case 'CC2_match':
    case 'CC2_match_basic':
      return 1;
    case 'map_response':
    case 'CC2_map_response':
      return response.mapping && mostOf(response.mapping, response.cardinality, most(item, 'RESPONSE'));
    case 'map_response_point':
      return (
        response.areaMapping && mostOf(response.areaMapping, response.cardinality, most(item, 'RESPONSE'))
      );
    default:
      return undefined;
  }
}

/**
 * @param values outcomes after processing: some packages set MAXSCORE by a rule.
 * @param byCorrect score of an answer made of the correct responses, where all have one.
 */
export function maximumOf(
  keys: ItemKeys,
  values: ReadonlyMap<string, Maybe>,
  item: PaperItem | undefined,
  byCorrect: () => number | undefined,
): Maximum | null {
  const declared = pointsOf(keys.outcomes) ?? singleNumber(values.get('MAXSCORE'));
  // A MAXSCORE that is declared without a value is 0 until a rule sets it, and says nothing.
  if (declared !== undefined && (declared > 0 || pointsOf(keys.outcomes) !== undefined))
    return { points: declared, from: 'declared' };
  const template = ofTemplate(keys, item);
  if (template !== undefined) return { points: template, from: 'template' };
  const correct = byCorrect();
  return correct === undefined ? null : { points: correct, from: 'correct' };
}
