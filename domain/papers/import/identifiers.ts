/** Identifiers name answers for ever, so what cannot be stored, joined into pairs or used as a key is refused. */
import { VALUE_LIMITS } from '#protocol/paper.ts';

/**
 * Looser than the standard (which wants an NCName): Chinese packages use digits and Chinese characters first. Blanks
 * would break pairs, control characters the seeds of draws, and names of Object's own would be found in every record.
 */
export function isIdentifier(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= VALUE_LIMITS.identifier &&
    !/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text) &&
    isWellFormed(text) &&
    !(text in Object.prototype)
  );
}

/** No half of a surrogate pair: neither canonical JSON nor a database could keep it. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
