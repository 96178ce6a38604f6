/** The command line of a simulation. */
import { parseArgs } from 'node:util';

export interface SimulationOptions {
  url: string;
  candidates: number;
  minutes: number;
  seed: string;
  /** PEM file of the box's authority; without it a box on loopback is trusted by its own `/ca.crt`. */
  ca: string | null;
  staff: { login: string; password: string }[];
  /** CSV or JSON of ticket numbers; without it the demo's list. */
  candidatesFile: string | null;
  session: string | null;
  /** Open entry and start once all wait; null: on a demo box only. */
  start: boolean | null;
  everySeconds: number;
  /** Lines cut per candidate and minute. */
  drop: number;
  submits: boolean;
  json: boolean;
}

export const USAGE = `npm run simulate -- --url https://localhost:8443 --candidates 50 --minutes 2

  --url URL              the box (default https://localhost:8443)
  --candidates N         how many sit the exam (default 20)
  --minutes M            how long they write (default 2; may be a fraction)
  --every SECONDS        mean time between two saves of one candidate (default 5)
  --drop RATE            lines cut per candidate and minute (default 0.2; 0: none)
  --seed TEXT            what they do and when, repeatable (default 1)
  --staff LOGIN:PASSWORD technician or administrator for enrolment, chief for the start; repeatable
  --start, --no-start    open entry and start once all wait (default: on a demo box)
  --no-submit            write, but do not hand in
  --candidates-file FILE CSV or JSON: number[, room, seat]; without it the demo's candidates
  --session ID           the session, where the file's candidates sit in several
  --ca FILE              the site's authority; on this computer it is fetched from the box
  --json                 one JSON object at the end, nothing else
`;

/** Throws with words for people when an option is wrong; null for `--help`. */
export function readOptions(argv: string[]): SimulationOptions | null {
  const { values } = parseArgs({
    args: argv,
    allowNegative: true,
    options: {
      url: { type: 'string', default: 'https://localhost:8443' },
      candidates: { type: 'string', default: '20' },
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      ca: { type: 'string' },
      staff: { type: 'string', multiple: true, default: [] },
      'candidates-file': { type: 'string' },
      session: { type: 'string' },
      start: { type: 'boolean' },
      every: { type: 'string', default: '5' },
      drop: { type: 'string', default: '0.2' },
      submit: { type: 'boolean', default: true },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    url: values.url,
    candidates: number('--candidates', values.candidates, 1, 20_000, true),
    minutes: number('--minutes', values.minutes, 0, 24 * 60),
    seed: values.seed,
    ca: values.ca ?? null,
    staff: values.staff.map(signIn),
    candidatesFile: values['candidates-file'] ?? null,
    session: values.session ?? null,
    start: values.start ?? null,
    everySeconds: number('--every', values.every, 0.05, 3_600),
    drop: number('--drop', values.drop, 0, 60),
    submits: values.submit,
    json: values.json,
  };
}

function number(name: string, text: string, least: number, most: number, whole = false): number {
  const value = Number(text);
  if (text === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
    throw new Error(`${name} ${text}: a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  return value;
}

function signIn(text: string): { login: string; password: string } {
  const at = text.indexOf(':');
  if (at < 1) throw new Error('--staff takes login:password');
  return { login: text.slice(0, at), password: text.slice(at + 1) };
}
