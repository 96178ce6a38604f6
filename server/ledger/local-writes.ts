/** The few writes to `local_*` tables, by name: they go through the writer, beside the events they belong to. */
import type { ProjectionContext } from './projections/context.ts';

export type LocalWrite =
  | { t: 'box'; key: string; value: string }
  | { t: 'staff-secret'; staff: string; hash: string }
  | { t: 'sign-in'; tokenHash: string; staff: string; expires: number; address: string; agent: string }
  | { t: 'sign-out'; tokenHash: string }
  | { t: 'sign-out-staff'; staff: string }
  | { t: 'paper-identity'; paper: string; identity: string }
  | { t: 'paper-identity-gone'; paper: string };

export function runLocal(to: ProjectionContext, w: LocalWrite): void {
  switch (w.t) {
    case 'box':
      to.run(
        'INSERT INTO local_box (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
        w.key,
        w.value,
      );
      return;
    case 'staff-secret':
      to.run(
        'INSERT INTO local_staff_secret (staff, hash) VALUES (?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash',
        w.staff,
        w.hash,
      );
      return;
    case 'sign-in':
      to.run(
        'INSERT INTO local_sign_in (token_hash, staff, expires, address, agent) VALUES (?, ?, ?, ?, ?)',
        w.tokenHash,
        w.staff,
        w.expires,
        w.address,
        w.agent,
      );
      return;
    case 'sign-out':
      to.run('DELETE FROM local_sign_in WHERE token_hash = ?', w.tokenHash);
      return;
    case 'sign-out-staff':
      to.run('DELETE FROM local_sign_in WHERE staff = ?', w.staff);
      return;
    case 'paper-identity':
      to.run(
        'INSERT INTO local_paper_identity (paper, identity) VALUES (?, ?) ON CONFLICT DO UPDATE SET identity = excluded.identity',
        w.paper,
        w.identity,
      );
      return;
    case 'paper-identity-gone':
      to.run('DELETE FROM local_paper_identity WHERE paper = ?', w.paper);
      return;
  }
}
