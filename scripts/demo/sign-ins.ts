/** The demo's sign-ins: made at random with the data, kept beside it for the next start, told to this computer alone. */
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '#node/files/durable-file.ts';
import { ROLES, type RoleName } from '#protocol/rights.ts';

export interface StaffSignIn {
  role: RoleName;
  login: string;
  password: string;
}

export interface VisitorSignIn {
  number: string;
  name: string;
  room: string;
  roomName: string;
  seat: string;
  session: string;
  /** `running`: the exam has started. `waiting`: the chief starts it in the console. */
  state: 'running' | 'waiting';
}

export interface DemoState {
  session: string;
  staff: StaffSignIn[];
  /** Seats kept free for visitors, in the order in which pressing Enter at a new machine takes them. */
  visitors: VisitorSignIn[];
  complete: boolean;
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

function password(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${group()}-${group()}-${group()}`;
}

export function newStaffSignIns(): StaffSignIn[] {
  return ROLES.map((role) => ({ role, login: role, password: password() }));
}

const file = (data: string) => join(data, 'demo.json');

export function readDemoState(data: string): DemoState | null {
  if (!existsSync(file(data))) return null;
  return JSON.parse(readFileSync(file(data), 'utf8')) as DemoState;
}

export async function writeDemoState(data: string, state: DemoState): Promise<void> {
  await writeDurably(file(data), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
