/** docs/scoring.md says what the code does: every rule, every fault, every anomaly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { KNOWN, TEMPLATES } from '#domain/papers/import/scoring.ts';
import { OPERATORS } from '#domain/papers/scoring/rules.ts';
import { SCORE_FAULTS } from '#domain/papers/scoring/score-faults.ts';
import { templateRules } from '#domain/papers/scoring/templates.ts';
import { ANOMALIES } from '#domain/results/anomalies.ts';

const PAGE = readFileSync(join(import.meta.dirname, 'scoring.md'), 'utf8');
const missing = (names: Iterable<string>) => [...names].filter((name) => !PAGE.includes(`\`${name}\``));

t.test('every expression, template, fault and anomaly has its place', async (t) => {
  t.same(missing(Object.keys(OPERATORS)), []);
  t.same(missing(Object.keys(TEMPLATES)), []);
  t.same(missing(Object.keys(SCORE_FAULTS)), []);
  t.same(missing(Object.keys(ANOMALIES)), []);
});

t.test('what the importer lets through can be carried out', async (t) => {
  const rules =
    /^(response|outcome)(Condition|If|ElseIf|Else|ProcessingFragment)$|^(set|lookup)OutcomeValue$|^exit/;
  const left = [...KNOWN].filter((name) => !rules.test(name) && !Object.hasOwn(OPERATORS, name));
  t.same(left, ['customOperator'], 'which the importer refuses with a code of its own');
  for (const name of Object.keys(TEMPLATES)) t.ok(templateRules(name, {}).length > 0, name);
});
