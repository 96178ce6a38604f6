import type { OfficerRole } from '#protocol/hq.routes.ts';
import { m } from '../paraglide/messages.js';

export const ROLE_WORDS: Record<OfficerRole, () => string> = {
  director: m.role_director,
  operator: m.role_operator,
  auditor: m.role_auditor,
};
export const ROLE_HINTS: Record<OfficerRole, () => string> = {
  director: m.role_director_hint,
  operator: m.role_operator_hint,
  auditor: m.role_auditor_hint,
};
