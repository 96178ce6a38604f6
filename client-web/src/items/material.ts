/** Starter material (素材): saved to the machine's disk under the name the paper gives it, as often as wanted. */
import type { PaperMedia } from '#protocol/paper.ts';
import type { ItemDesk } from './item-desk.ts';

/** False when this machine's copy cannot be opened. */
export async function fetchMaterial(desk: Pick<ItemDesk, 'mediaUrl'>, file: PaperMedia): Promise<boolean> {
  try {
    const link = document.createElement('a');
    link.href = await desk.mediaUrl(file.id);
    link.download = file.name;
    link.click();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}
