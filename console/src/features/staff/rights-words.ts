/** What each right means, in words; the table of roles is made from protocol/rights.ts. */
import type { Right } from '#protocol/rights.ts';
import { m } from '../../paraglide/messages.js';

export const RIGHT_WORDS: Record<Right, () => string> = {
  'site.read': m.right_site_read,
  'prepare.write': m.right_prepare_write,
  'paper.preview': m.right_paper_preview,
  'staff.read': m.right_staff_read,
  'staff.write': m.right_staff_write,
  'machine.write': m.right_machine_write,
  'machine.approve': m.right_machine_approve,
  'seat.draw': m.right_seat_draw,
  'entry.open': m.right_entry_open,
  'exam.start': m.right_exam_start,
  'exam.end': m.right_exam_end,
  'exam.pause': m.right_exam_pause,
  'time.credit': m.right_time_credit,
  'notice.send': m.right_notice_send,
  'room.watch': m.right_room_watch,
  'log.read': m.right_log_read,
  'clock.confirm': m.right_clock_confirm,
  'evidence.read': m.right_evidence_read,
  'evidence.write': m.right_evidence_write,
  'evidence.close': m.right_evidence_close,
  'report.print': m.right_report_print,
  'evidence.print': m.right_evidence_print,
  'printer.write': m.right_printer_write,
};
