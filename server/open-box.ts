/**
 * Opens a box's data in the one safe order: lock, key, database and writer, clock, BOX_STARTED. Only after it may
 * anything be served.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { openReader } from '#db/site/open.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import type { Anchor } from '#domain/time/box-time.ts';
import { ensureBoxKey } from '#node/signing/box-key.ts';
import { VERSION } from '#node/version/version.ts';
import { Ledger } from './ledger/ledger.ts';
import { BoxClock, type TimeSource } from './platform/box-clock.ts';
import { Bus } from './platform/bus.ts';
import type { Config } from './platform/config.ts';
import { BOX_KEY_FILE, takeDataFolder } from './platform/data-folder.ts';
import type { Deps } from './platform/deps.ts';
import { newId } from './platform/ids.ts';
import { Statements } from './platform/statements.ts';

export interface OpenBox {
  deps: Deps;
  /** Signs checkpoints from now on, once the site has a name. */
  signLedger(): void;
  /** Commits BOX_STOPPED, closes the database and gives the folder back. */
  close(reason: string): Promise<void>;
}

const ANCHOR_EVERY_MS = 10_000;

/** Throws coded errors: `box/data-in-use`, `box/data-newer`, `key/damaged` and the like. */
export async function openBox(
  config: Config,
  origin: string,
  time: TimeSource,
  log: Logger,
): Promise<OpenBox> {
  const folder = takeDataFolder(config.data);
  let ledger: Ledger | null = null;
  try {
    const key = await ensureBoxKey(join(folder.keys, BOX_KEY_FILE));
    const clock = new BoxClock(time);
    ledger = await Ledger.open(folder.database, clock);
    const db = openReader(folder.database);
    const s = new Statements(db);
    const known = (name: string) =>
      s.get<{ value: string }>('SELECT value FROM local_box WHERE key = ?', name)?.value;
    const box = {
      box: known('box') ?? newId('box'),
      boxEpoch: Number(known('epoch') ?? 1),
      origin,
      key,
      version: VERSION,
    };
    const resumed = clock.resume(lastAnchor(s));
    await ledger.append(
      [
        {
          kind: 'BOX_STARTED',
          body: {
            box: box.box,
            boxEpoch: box.boxEpoch,
            ...clock.anchor(),
            resumed: resumed.how,
            gapMs: resumed.gapMs,
            version: VERSION,
            origin,
            key: key.publicKey,
          },
        },
      ],
      {
        local: [
          { t: 'box', key: 'box', value: box.box },
          { t: 'box', key: 'epoch', value: String(box.boxEpoch) },
        ],
      },
    );
    const deps: Deps = { config, log, clock, folder, db, ledger, bus: new Bus(), box };
    const open = ledger;
    const signLedger = () => {
      const site = s.get<{ site: string }>('SELECT site FROM site')?.site;
      if (site) open.sign({ origin: checkpointOrigin(site, box.box, box.boxEpoch), key });
    };
    signLedger();
    const anchors = setInterval(() => anchor(deps, s), ANCHOR_EVERY_MS);
    return {
      deps,
      signLedger,
      async close(reason) {
        clearInterval(anchors);
        await open
          .append([{ kind: 'BOX_STOPPED', body: { ...clock.anchor(), reason } }], { checkpoint: true })
          .catch((error: unknown) => log.error({ err: error }, 'the stop was not recorded'));
        await open.close();
        db.close();
        folder.release();
      },
    };
  } catch (error) {
    await ledger?.close();
    folder.release();
    throw error;
  }
}

function lastAnchor(s: Statements): Anchor | null {
  return (
    s.get<Anchor>(
      'SELECT boot, mono AS monoMs, wall AS wallMs, elapsed AS elapsedMs FROM clock WHERE id = 1',
    ) ?? null
  );
}

/** While a session runs, box time goes into the ledger every ten seconds. */
function anchor(deps: Deps, s: Statements): void {
  const running = s.get('SELECT 1 FROM sitting WHERE started_at IS NOT NULL AND ended_at IS NULL');
  if (!running) return;
  deps.ledger
    .append([{ kind: 'CLOCK_ANCHOR', body: deps.clock.anchor() }])
    .catch((error: unknown) => deps.log.error({ err: error }, 'a clock anchor was not recorded'));
}
