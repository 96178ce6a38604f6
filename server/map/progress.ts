/** Revisions change seats of the map too: the seats with new answers are announced now and then, not at every key. */
import type { AnswersService } from '#server/attempts/answers.service.ts';
import type { Connections } from '#server/kiosk/connections.ts';
import type { Bus } from '#server/platform/bus.ts';

/** Called every few seconds with what was acknowledged since. */
export function announceProgress(bus: Bus, answers: AnswersService, connections: Connections): void {
  for (const attempt of answers.takeTouched()) {
    const machine = connections.ofAttempt(attempt)?.machine;
    if (machine) bus.emit('seat', { room: machine.room, label: machine.seat });
  }
}
