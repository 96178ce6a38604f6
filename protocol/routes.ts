/**
 * Every HTTP route of the box: method, path and the right it needs. The box registers exactly these (a test compares),
 * docs/protocol.md describes each, and the rights test tries every role on every one.
 * `public` needs no sign-in; `staff` any signed-in person; `token` an upload token from the candidate's socket.
 */
import type { Right } from './rights.ts';

export interface RouteEntry {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  right: Right | 'public' | 'staff' | 'token';
}

const route = (method: RouteEntry['method'], path: string, right: RouteEntry['right']): RouteEntry => ({
  method,
  path,
  right,
});
const C = '/api/v1/console';

export const ROUTES: readonly RouteEntry[] = [
  route('GET', '/api/v1/box', 'public'),
  route('GET', '/api/v1/health', 'public'),
  route('GET', '/api/v1/demo', 'public'),
  route('GET', '/ca.crt', 'public'),
  route('GET', '/api/v1/setup', 'public'),
  route('POST', '/api/v1/setup', 'public'),
  route('GET', '/api/v1/receipts/:code', 'public'),
  route('GET', '/sealed/:paper/:file', 'public'),
  route('GET', '/fonts/:file', 'public'),
  route('GET', '/api/v1/kiosk/socket', 'public'),
  route('PUT', '/api/v1/kiosk/uploads/:sha256', 'token'),
  route('GET', `${C}/socket`, 'room.watch'),
  route('POST', `${C}/sign-in`, 'public'),
  route('POST', `${C}/sign-out`, 'staff'),
  route('GET', `${C}/me`, 'staff'),
  route('GET', `${C}/staff`, 'staff.read'),
  route('POST', `${C}/staff`, 'staff.write'),
  route('PUT', `${C}/staff/:staff`, 'staff.write'),
  route('GET', `${C}/exams`, 'site.read'),
  route('POST', `${C}/exams`, 'prepare.write'),
  route('PUT', `${C}/exams/:exam`, 'prepare.write'),
  route('GET', `${C}/exams/:exam/entries`, 'site.read'),
  route('POST', `${C}/exams/:exam/roster/preview`, 'prepare.write'),
  route('POST', `${C}/exams/:exam/roster/confirm`, 'prepare.write'),
  route('GET', `${C}/exams/:exam/papers`, 'site.read'),
  route('POST', `${C}/exams/:exam/papers`, 'prepare.write'),
  route('DELETE', `${C}/papers/:paper`, 'prepare.write'),
  route('POST', `${C}/papers/:paper/preview-key`, 'paper.preview'),
  route('GET', `${C}/rooms`, 'site.read'),
  route('POST', `${C}/rooms`, 'prepare.write'),
  route('PUT', `${C}/rooms/:room`, 'prepare.write'),
  route('DELETE', `${C}/rooms/:room`, 'prepare.write'),
  route('GET', `${C}/sessions`, 'site.read'),
  route('POST', `${C}/sessions`, 'prepare.write'),
  route('GET', `${C}/sessions/:session`, 'site.read'),
  route('PUT', `${C}/sessions/:session`, 'prepare.write'),
  route('PUT', `${C}/sessions/:session/sittings`, 'prepare.write'),
  route('POST', `${C}/sessions/:session/seating`, 'prepare.write'),
  route('GET', `${C}/sessions/:session/seating`, 'site.read'),
  route('GET', `${C}/sessions/:session/map`, 'room.watch'),
  route('POST', `${C}/sessions/:session/open-entry`, 'entry.open'),
  route('POST', `${C}/sessions/:session/start`, 'exam.start'),
  route('POST', `${C}/sittings/:sitting/delay`, 'exam.start'),
  route('POST', `${C}/sittings/:sitting/pause`, 'exam.pause'),
  route('POST', `${C}/sittings/:sitting/resume`, 'exam.pause'),
  route('POST', `${C}/sittings/:sitting/close-entry`, 'exam.start'),
  route('POST', `${C}/sittings/:sitting/end`, 'exam.end'),
  route('POST', `${C}/notices`, 'notice.send'),
  route('POST', `${C}/credits`, 'time.credit'),
  route('GET', `${C}/machines`, 'site.read'),
  route('POST', `${C}/walks`, 'machine.write'),
  route('DELETE', `${C}/walks/current`, 'machine.write'),
  route('POST', `${C}/machines/seat`, 'machine.write'),
  route('POST', `${C}/machines/same-pc`, 'machine.approve'),
  route('POST', `${C}/machines/:machine/approve-address`, 'machine.approve'),
  route('POST', `${C}/machines/:machine/retire`, 'machine.write'),
  route('GET', `${C}/attempts/:attempt`, 'room.watch'),
  route('GET', `${C}/log`, 'log.read'),
  route('POST', `${C}/clock/confirm`, 'clock.confirm'),
];
