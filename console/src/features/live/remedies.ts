/** What an invigilator does about a seat in trouble. The catalogue's own remedies speak to the candidate at the machine. */
import { knownWords } from '../../api/failure.ts';
import { m } from '../../paraglide/messages.js';

const FOR_STAFF: Record<string, () => string> = {
  'machine/address-changed': m.trouble_do_address_changed,
  'machine/address-shared': m.trouble_do_address_shared,
  'machine/unknown': m.trouble_do_unknown,
  'machine/retired': m.trouble_do_unknown,
  'login/wrong-seat': m.trouble_do_wrong_place,
  'login/wrong-room': m.trouble_do_wrong_place,
  'login/elsewhere': m.trouble_do_elsewhere,
  'machine/in-use': m.trouble_do_in_use,
  'revision/conflict': m.trouble_do_conflict,
};

export interface TroubleWords {
  what: string;
  todo: string;
}

export function troubleWords(code: string, pick: (zh: string, en: string) => string): TroubleWords {
  const words = knownWords(code);
  const staff = Object.hasOwn(FOR_STAFF, code) ? FOR_STAFF[code]?.() : undefined;
  return {
    what: words ? pick(words.zh, words.en) : code,
    todo: staff ?? (words ? pick(words.doZh, words.doEn) : ''),
  };
}
