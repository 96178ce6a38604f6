/** Words for the contract's names: groups of reasons, purposes of photos. */
import type { PhotoPurpose } from '#protocol/evidence.ts';
import { m } from '../../paraglide/messages.js';
import type { ReasonGroup } from './incident-words.ts';

export const groupWord = (group: ReasonGroup): string =>
  ({
    conduct: m.reasons_conduct,
    identity: m.reasons_identity,
    people: m.reasons_people,
    technical: m.reasons_technical,
    other: m.reasons_other,
  })[group]();

export const purposeWord = (purpose: PhotoPurpose): string =>
  ({ panorama: m.purpose_panorama, incident: m.purpose_incident, portrait: m.purpose_portrait })[purpose]();
