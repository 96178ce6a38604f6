/** Numbers as candidates write them → numbers as responses hold them. Pure. */

/**
 * @param base `integer` or `float`.
 * @returns the number in plain figures, an empty text for an empty field, null for what is no number.
 */
export function numberText(typed: string, base: 'integer' | 'float'): string | null {
  const text = typed
    .normalize('NFKC')
    .trim()
    .replace(/^[−–﹣－]/u, '-')
    .replace(/。/g, '.');
  if (text === '') return '';
  const form = base === 'integer' ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$/;
  if (!form.test(text)) return null;
  const value = text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '');
  return Number.isFinite(Number(value)) ? value : null;
}
