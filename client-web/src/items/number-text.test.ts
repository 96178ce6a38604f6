import t from 'tap';
import { numberText } from './number-text.ts';

t.test('what input methods make of figures is read as figures', async (t) => {
  t.equal(numberText('３．５', 'float'), '3.5');
  t.equal(numberText('−12', 'integer'), '-12');
  t.equal(numberText('.5', 'float'), '0.5');
  t.equal(numberText('-.5', 'float'), '-0.5');
  t.equal(numberText('3.', 'float'), '3');
  t.equal(numberText('+7', 'integer'), '7');
  t.equal(numberText('3。5', 'float'), '3.5');
  t.equal(numberText('  ', 'float'), '');
});

t.test('what is no number is never made one', async (t) => {
  for (const text of ['3/4', '三', '3.5', '1e9999', '1,000', '--1', '-', '.'])
    t.equal(numberText(text, text === '3.5' ? 'integer' : 'float'), null, text);
});
