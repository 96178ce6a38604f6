/**
 * What the kiosk's parts share: the injected world, the journal's writer, the connection, and what the screens are told.
 * A desk stands on it and knows no more; `Core` (core.ts) adds the desk at which somebody sits.
 */
import type { Paper } from '#protocol/paper.ts';
import type { SeatInfo } from '#protocol/socket.ts';
import type { Clock } from '../clock/clock.ts';
import type { Timers } from '../clock/timers.ts';
import type { DeviceKey } from '../journal/device-key.ts';
import type { Store } from '../journal/store.types.ts';
import type { Writer } from '../journal/writer.ts';
import type { Link } from '../link/link.ts';
import type { SocketLike } from '../link/link.types.ts';
import type { OpenFile } from '../sealed/opened-paper.ts';
import type { BoxInfo, CurrentInfo } from './attempt-record.ts';
import type { KioskError } from './kiosk.types.ts';

export interface KioskDeps {
  /** Code when this browser can't run the exam at all. */
  unfit(): string | null;
  /** Opens the machine's store; rejects where the browser refuses storage. */
  openStore(): Promise<Store>;
  loadDevice(store: Store): Promise<DeviceKey>;
  /** Takes the machine's one place; `waiting` is called when another tab has it. Resolves when it is ours. */
  lock(waiting: () => void): Promise<() => void>;
  connect(): SocketLike;
  /** HTTP to the box; `path` begins with a slash. */
  http(path: string, init?: RequestInit): Promise<Response>;
  /** Lower-case hexadecimal SHA-256. */
  sha256(bytes: ArrayBuffer): Promise<string>;
  openFile: OpenFile;
  objectUrl: { create(blob: Blob): string; revoke(url: string): void };
  timers: Timers;
  /** The PC's own wall clock, `Date.now()`. */
  pcWall(): number;
  random(): number;
  origin: string;
  client: string;
  agent: string;
  /** Calls back when the page may soon be gone (hidden, pagehide), and when it is back or the network returned. */
  watch(on: { leaving(): void; back(): void }): () => void;
  shell: {
    /** Fetches the application again; rejects when that fails, the old one stays. */
    repair(): Promise<void>;
    reload(): void;
  };
}

export interface Ground {
  readonly deps: KioskDeps;
  readonly store: Store;
  readonly writer: Writer;
  readonly device: DeviceKey;
  readonly clock: Clock;
  readonly link: Link;
  box: BoxInfo | null;
  current: CurrentInfo;
  machineSeat: SeatInfo | null;
  machineName: string | null;
  walkRoom: string | null;
  demo: boolean;
  /** The box has said who we are at least once. */
  welcomed: boolean;
  /** The box refuses this machine or this page; shown as `blocked` unless somebody is writing here. */
  refusal: KioskError | null;
  paper(): Paper | null;
  /** Shows an error; it goes with the next command. */
  fail(error: KioskError | null): void;
  /** What caused this error is over: it goes, if it is the one shown. */
  mend(code: string): void;
  /** Something changed that the screens may show. */
  emit(): void;
}
