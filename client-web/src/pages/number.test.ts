import t from 'tap';
import { normalNumber } from './number.ts';

t.test('what input methods and habits make of a number is forgiven', async (t) => {
  t.equal(normalNumber(' 1101 0520-2601 '), '110105202601');
  t.equal(normalNumber('１１０１０５１９９００３０７１２３ｘ'), '11010519900307123X');
  t.equal(normalNumber('\u00a0\u3000'), '');
});
