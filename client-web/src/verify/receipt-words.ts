/** What to say of a receipt that is not genuine. */
import { m } from '../texts.ts';
import type { Check } from './check-receipt.ts';

export function receiptWords(state: Exclude<Check['state'], 'genuine'>): [what: string, remedy: string] {
  switch (state) {
    case 'mistyped':
      return [m.verify_mistyped(), m.verify_mistyped_do()];
    case 'unknown':
      return [m.verify_unknown(), m.verify_unknown_do()];
    case 'changed':
      return [m.verify_changed(), m.verify_changed_do()];
    case 'unreachable':
      return [m.verify_unreachable(), m.verify_unreachable_do()];
    case 'too-many':
      return [m.verify_too_many(), m.verify_too_many_do()];
  }
}
