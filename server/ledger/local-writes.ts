/** The few writes to `local_*` tables, by name: they go through the writer, beside the events they belong to. */
import type { ProjectionContext } from './projections/context.ts';

export type LocalWrite =
  | { t: 'box'; key: string; value: string }
  | { t: 'staff-secret'; staff: string; hash: string }
  | { t: 'sign-in'; tokenHash: string; staff: string; expires: number; address: string; agent: string }
  | { t: 'sign-out'; tokenHash: string }
  | { t: 'sign-out-staff'; staff: string }
  | { t: 'paper-identity'; paper: string; identity: string }
  | { t: 'paper-identity-gone'; paper: string }
  | {
      t: 'hq';
      url: string;
      site: string;
      name: string;
      key: string;
      recipients: string;
      ca: string;
      wall: number;
    }
  | { t: 'hq-gone' }
  | { t: 'hq-decisions'; number: number }
  | {
      t: 'batch';
      ledger: string;
      first: number;
      last: number;
      root: string;
      batch: string;
      bytes: number;
      sha256: string;
      wall: number;
    }
  | { t: 'batch-taken'; batch: string; receipt: string; signature: string; wall: number }
  | { t: 'batch-refused'; batch: string; code: string; wall: number }
  /** Packed anew: headquarters lacks what it once gave a receipt for, or refused the file. */
  | { t: 'batch-again'; batch: string; bytes: number; sha256: string; wall: number }
  | { t: 'batch-gone'; batch: string }
  /** All that wait; with `all` those with receipts too: they are of another headquarters. */
  | { t: 'batches-gone'; all: boolean }
  | { t: 'medium'; sha256: string; wall: number };

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
    case 'hq':
      to.run(
        'INSERT INTO local_hq (id, url, site, name, key, recipients, ca, since_wall, decisions) VALUES (1, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET url = excluded.url, site = excluded.site, name = excluded.name, key = excluded.key, recipients = excluded.recipients, ca = excluded.ca, since_wall = excluded.since_wall, decisions = CASE WHEN local_hq.key = excluded.key AND local_hq.site = excluded.site THEN local_hq.decisions ELSE 0 END',
        w.url,
        w.site,
        w.name,
        w.key,
        w.recipients,
        w.ca,
        w.wall,
      );
      return;
    case 'hq-gone':
      to.run('DELETE FROM local_hq');
      return;
    case 'hq-decisions':
      to.run('UPDATE local_hq SET decisions = max(decisions, ?)', w.number);
      return;
    case 'batch':
      to.run(
        "INSERT INTO local_batch (ledger, first, last, root, batch, bytes, sha256, made_wall, state, changed_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ready', ?)",
        w.ledger,
        w.first,
        w.last,
        w.root,
        w.batch,
        w.bytes,
        w.sha256,
        w.wall,
        w.wall,
      );
      return;
    case 'batch-taken':
      to.run(
        "UPDATE local_batch SET state = 'taken', receipt = ?, receipt_sig = ?, code = NULL, changed_wall = ? WHERE batch = ? AND state <> 'taken'",
        w.receipt,
        w.signature,
        w.wall,
        w.batch,
      );
      return;
    case 'batch-refused':
      to.run(
        "UPDATE local_batch SET state = 'refused', code = ?, changed_wall = ? WHERE batch = ? AND state = 'ready'",
        w.code,
        w.wall,
        w.batch,
      );
      return;
    case 'batch-again':
      to.run(
        "UPDATE local_batch SET state = 'ready', bytes = ?, sha256 = ?, code = NULL, changed_wall = ? WHERE batch = ?",
        w.bytes,
        w.sha256,
        w.wall,
        w.batch,
      );
      return;
    case 'batches-gone':
      to.run("DELETE FROM local_batch WHERE ? = 1 OR state <> 'taken'", w.all ? 1 : 0);
      if (w.all) to.run('DELETE FROM local_medium');
      return;
    case 'batch-gone':
      to.run("DELETE FROM local_batch WHERE batch = ? AND state <> 'taken'", w.batch);
      return;
    case 'medium':
      to.run(
        'INSERT INTO local_medium (sha256, wall) VALUES (?, ?) ON CONFLICT DO NOTHING',
        w.sha256,
        w.wall,
      );
      return;
  }
}
