/** Words for the kinds of events, and what of their bodies people want to read. */

import type { LogRow } from '#protocol/console.ts';
import type { EventKind } from '#protocol/events.schema.ts';
import { REASON_WORDS } from '#protocol/evidence.ts';
import { REPORT_KINDS } from '#protocol/reports.ts';
import { size } from '#web/texts/format.ts';
import { knownWords } from '../../api/failure.ts';
import { m } from '../../paraglide/messages.js';
import type { App } from '../../state/app.svelte.ts';

export const EVENT_WORDS: Record<EventKind, () => string> = {
  BOX_STARTED: m.event_box_started,
  BOX_STOPPED: m.event_box_stopped,
  CLOCK_ANCHOR: m.event_clock_anchor,
  CLOCK_CONFIRMED: m.event_clock_confirmed,
  SITE_SET_UP: m.event_site_set_up,
  STAFF_SAVED: m.event_staff_saved,
  STAFF_PASSWORD_SET: m.event_staff_password_set,
  STAFF_SIGNED_IN: m.event_staff_signed_in,
  STAFF_SIGNED_OUT: m.event_staff_signed_out,
  STAFF_SIGN_IN_FAILED: m.event_staff_sign_in_failed,
  EXAM_SAVED: m.event_exam_saved,
  SESSION_SAVED: m.event_session_saved,
  ROOM_SAVED: m.event_room_saved,
  ROOM_REMOVED: m.event_room_removed,
  ROSTER_IMPORTED: m.event_roster_imported,
  PAPER_ADDED: m.event_paper_added,
  PAPER_PREVIEWED: m.event_paper_previewed,
  PAPER_REMOVED: m.event_paper_removed,
  SITTING_SAVED: m.event_sitting_saved,
  SITTING_REMOVED: m.event_sitting_removed,
  SEATING_DRAWN: m.event_seating_drawn,
  SEAT_DRAWN: m.event_seat_drawn,
  WALK_STARTED: m.event_walk_started,
  WALK_ENDED: m.event_walk_ended,
  MACHINE_ENROLLED: m.event_machine_enrolled,
  MACHINE_RETIRED: m.event_machine_retired,
  ADDRESS_APPROVED: m.event_address_approved,
  ENTRY_OPENED: m.event_entry_opened,
  CANDIDATE_LOGGED_IN: m.event_candidate_logged_in,
  LOGIN_REFUSED: m.event_login_refused,
  IDENTITY_CONFIRMED: m.event_identity_confirmed,
  LOGIN_WITHDRAWN: m.event_login_withdrawn,
  PLEDGE_SIGNED: m.event_pledge_signed,
  PAPER_FETCHED: m.event_paper_fetched,
  PAPER_RELEASED: m.event_paper_released,
  SITTING_DELAYED: m.event_sitting_delayed,
  SITTING_STARTED: m.event_sitting_started,
  SITTING_ENDED: m.event_sitting_ended,
  SITTING_PAUSED: m.event_sitting_paused,
  SITTING_RESUMED: m.event_sitting_resumed,
  ENTRY_CLOSED: m.event_entry_closed,
  TIME_CREDITED: m.event_time_credited,
  NOTICE_SENT: m.event_notice_sent,
  NOTICE_SEEN: m.event_notice_seen,
  ANSWER_REVISED: m.event_answer_revised,
  REVISION_REFUSED: m.event_revision_refused,
  REVISION_CONFLICT: m.event_revision_conflict,
  REVISION_QUARANTINED: m.event_revision_quarantined,
  HEAD_SIGNED: m.event_head_signed,
  UPLOAD_STORED: m.event_upload_stored,
  ATTEMPT_TIMED_UP: m.event_attempt_timed_up,
  ATTEMPT_SUBMITTED: m.event_attempt_submitted,
  INCIDENT_RECORDED: m.event_incident_recorded,
  INCIDENT_NOTED: m.event_incident_noted,
  INCIDENT_CLOSED: m.event_incident_closed,
  PHOTO_STORED: m.event_photo_stored,
  REGISTERED_PHOTOS_IMPORTED: m.event_registered_photos_imported,
  MATERIAL_ADDED: m.event_material_added,
  REPORT_MADE: m.event_report_made,
  REPORT_PRINTED: m.event_report_printed,
  PRINTER_CONFIRMED: m.event_printer_confirmed,
  LEDGER_OPENED: m.event_ledger_opened,
  HQ_CONNECTED: m.event_hq_connected,
  HQ_DISCONNECTED: m.event_hq_disconnected,
  COURIER_WRITTEN: m.event_courier_written,
  PACKAGE_TAKEN: m.event_package_taken,
  PACKAGE_REFUSED: m.event_package_refused,
  PAPER_RECEIVED: m.event_paper_received,
  ROSTER_AMENDED: m.event_roster_amended,
  RELEASE_CODE_TAKEN: m.event_release_code_taken,
  RELEASE_CODE_REFUSED: m.event_release_code_refused,
  RELEASE_RECEIVED: m.event_release_received,
  REQUEST_MADE: m.event_request_made,
  REQUEST_DECIDED: m.event_request_decided,
  PURGE_ASKED: m.event_purge_asked,
  DATA_PURGED: m.event_data_purged,
};

/** A kind from a newer box is shown by its name. */
export function eventWord(kind: string): string {
  return Object.hasOwn(EVENT_WORDS, kind) ? EVENT_WORDS[kind as EventKind]() : m.event_unknown({ kind }); // hasOwn has just shown it
}

type Show = (value: unknown, here: Pick<App, 'exact' | 'dayTime' | 'pick'>) => string;
const plain: Show = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const lasting: Show = (value, here) => (typeof value === 'number' && value > 0 ? here.exact(value) : '');

/** A word of the contract in the person's language; texts that people wrote stay as they are. */
const worded =
  (words: Readonly<Record<string, { zh: string; en: string }>>): Show =>
  (value, here) => {
    const known = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined;
    return known ? here.pick(known.zh, known.en) : plain(value, here);
  };

/** Fields worth reading, in the order in which they are shown. Identifiers, keys and hashes are not. */
const FIELDS: readonly (readonly [string, () => string, Show])[] = [
  ['kind', m.field_kind, worded(REPORT_KINDS)],
  ['reason', m.field_reason, worded(REASON_WORDS)],
  ['cause', m.field_cause, plain],
  ['text', m.field_text, plain],
  ['ms', m.field_ms, lasting],
  ['gapMs', m.field_gap_ms, lasting],
  ['addedMs', m.field_added_ms, lasting],
  ['durationMs', m.field_duration_ms, lasting],
  ['name', m.field_name, plain],
  ['login', m.field_login, plain],
  ['label', m.field_label, plain],
  ['file', m.field_file, plain],
  ['seat', m.field_seat, plain],
  ['from', m.field_from, plain],
  ['address', m.field_address, plain],
  ['number', m.field_number, plain],
  ['mode', m.field_mode, plain],
  ['seed', m.field_seed, plain],
  ['epoch', m.field_epoch, plain],
  ['item', m.field_item, plain],
  ['items', m.field_items, plain],
  ['version', m.field_version, plain],
  ['copy', m.field_copy, plain],
  ['queue', m.field_queue, plain],
  ['bytes', m.field_bytes, (value) => (typeof value === 'number' ? size(value) : '')],
  [
    'plannedStart',
    m.field_planned_start,
    (value, here) => (typeof value === 'number' ? here.dayTime(value) : ''),
  ],
];

export interface Detail {
  name: string;
  value: string;
}

export function detailsOf({ body }: Pick<LogRow, 'body'>, here: App): Detail[] {
  if (typeof body !== 'object' || body === null) return [];
  const fields = body as Record<string, unknown>; // an object of the ledger: any field may be absent
  const details = FIELDS.flatMap(([key, word, show]): Detail[] => {
    const value = key in fields ? show(fields[key], here) : '';
    return value ? [{ name: word(), value }] : [];
  });
  const code = fields['code'];
  if (typeof code === 'string') {
    const words = knownWords(code);
    details.unshift({
      name: m.failure_code(),
      value: words ? `${here.pick(words.zh, words.en)} (${code})` : code,
    });
  }
  return details;
}
