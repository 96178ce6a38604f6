/** Auxiliary material (R5): files that are handed in after the exam, within the session's window. */
import { createReadStream, type ReadStream } from 'node:fs';
import type { Static } from 'typebox';
import type { MaterialBody } from '#protocol/evidence.schema.ts';
import { EVIDENCE_LIMITS, MATERIAL_WINDOW_MS, type MaterialRow } from '#protocol/evidence.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Caller } from '#server/staff/auth.service.ts';
import { selectMaterials, selectOptionalMaterial } from './evidence.repo.ts';
import type { IncomingUploads } from './incoming.ts';
import type { PictureProcess } from './picture-process.ts';
import type { Scene } from './scene.ts';

export interface MaterialParts {
  scene: Scene;
  incoming: IncomingUploads;
  process: PictureProcess;
}

export class MaterialsService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #p: MaterialParts;

  constructor(deps: Deps, parts: MaterialParts) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#p = parts;
  }

  /** Newest first. Of `rooms` only, where material of the whole session is not among them; null meaning all. */
  list(session: string, rooms: ReadonlySet<string> | null): MaterialRow[] {
    this.#p.scene.sessionName(session);
    return selectMaterials(this.#s, session).filter(
      ({ room }) => rooms === null || (room !== null && rooms.has(room)),
    );
  }

  /** Throws `material/none`. */
  material(material: string): MaterialRow {
    const found = selectOptionalMaterial(this.#s, material);
    if (!found) throw new BoxError('material/none', { material });
    return found;
  }

  file({ sha256 }: MaterialRow): ReadStream {
    return createReadStream(blobPath(this.#deps.folder.blobs, sha256));
  }

  /**
   * Keeps the caller's finished upload as it came. Throws `thing/not-found`, `material/closed`, `material/type`,
   * `request/too-large`, `upload/none`, `upload/unfinished`, `upload/busy` or `box/disk-full`.
   */
  async add(session: string, body: Static<typeof MaterialBody>, caller: Caller): Promise<MaterialRow> {
    const { room = null } = body;
    if (room === null) this.#p.scene.sessionName(session);
    else this.#p.scene.room(session, room);
    const endedAt = this.#p.scene.endedAt(session);
    if (endedAt !== null && this.#deps.clock.elapsed() > endedAt + MATERIAL_WINDOW_MS)
      throw new BoxError('material/closed');
    const call = `material ${session}`;
    const material = await this.#p.incoming.claim(body.upload, caller.staff.staff, call, async (upload) => {
      // An administrator's uploads may be as large as a ZIP of photos.
      if (upload.bytes > EVIDENCE_LIMITS.materialBytes)
        throw new BoxError('request/too-large', { mostBytes: EVIDENCE_LIMITS.materialBytes });
      const [kept] = await this.#p.process.run({
        t: 'material',
        path: upload.path,
        blobs: this.#deps.folder.blobs,
      });
      if (kept?.t !== 'material') throw new BoxError('material/type');
      const { type, bytes, sha256 } = kept;
      const material = newId('material');
      await this.#deps.ledger.append([
        {
          kind: 'MATERIAL_ADDED',
          body: { material, session, room, name: body.name, type, bytes, sha256, text: body.text.trim() },
          by: caller.actor,
        },
      ]);
      return material;
    });
    return this.material(material);
  }
}
