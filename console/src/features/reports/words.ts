/** Words about kinds of reports: what each is for, and when it is needed. */
import { REPORT_KINDS, type ReportKind } from '#protocol/reports.ts';
import type { Language } from '#web/texts/language.ts';
import { m } from '../../paraglide/messages.js';
import type { ReportGroup } from './choice.ts';

export const kindWord = (kind: ReportKind, language: Language): string =>
  REPORT_KINDS[kind][language === 'zh-CN' ? 'zh' : 'en'];

export const groupWord = (group: ReportGroup): string =>
  ({
    before: m.reports_before,
    during: m.reports_during,
    after: m.reports_after,
    evidence: m.reports_evidence,
  })[group]();

export const kindHint = (kind: ReportKind): string =>
  ({
    'seating-chart': m.report_hint_seating_chart,
    'door-list': m.report_hint_door_list,
    'desk-labels': m.report_hint_desk_labels,
    attendance: m.report_hint_attendance,
    tickets: m.report_hint_tickets,
    'answer-sheets': m.report_hint_answer_sheets,
    'scratch-sheets': m.report_hint_scratch_sheets,
    'draw-slips': m.report_hint_draw_slips,
    'machine-change-slip': m.report_hint_machine_change_slip,
    'machine-list': m.report_hint_machine_list,
    'incident-sheet': m.report_hint_incident_sheet,
    'room-report': m.report_hint_room_report,
    minutes: m.report_hint_minutes,
    handover: m.report_hint_handover,
    'night-pack': m.report_hint_night_pack,
    evidence: m.report_hint_evidence,
    answers: m.report_hint_answers,
  })[kind]();
