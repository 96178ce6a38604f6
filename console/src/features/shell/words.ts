/** Words for the contract's names: roles. */
import type { RoleName } from '#protocol/rights.ts';
import { m } from '../../paraglide/messages.js';

export const roleWord = (role: RoleName): string =>
  ({
    administrator: m.role_administrator,
    chief: m.role_chief,
    invigilator: m.role_invigilator,
    technician: m.role_technician,
    auditor: m.role_auditor,
  })[role]();
