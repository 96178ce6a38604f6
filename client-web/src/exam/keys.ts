/**
 * Keys of the exam: figures and letters choose, Ctrl + arrows change the item, Alt + M marks. A field that is written
 * in keeps its keys; an input method that composes keeps all of them.
 */
import type { Chooser } from '../items/item-desk.ts';

export interface KeyTarget {
  step(by: number): void;
  mark(): void;
  choosers(): Iterable<Chooser>;
}

const TEXT = new Set(['text', 'number', 'search', 'tel', 'url', 'email', 'password']);

function writes(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) return TEXT.has(target.type);
  return target instanceof HTMLElement && target.isContentEditable;
}

/** Place of the option that a key names; null for other keys. */
export function placeOf(key: string): number | null {
  if (/^[1-9]$/.test(key)) return Number(key) - 1;
  if (/^[a-zA-Z]$/.test(key)) return key.toUpperCase().charCodeAt(0) - 65;
  return null;
}

function stepOf(event: KeyboardEvent, writing: boolean): number {
  if (event.key === 'ArrowDown') return 1;
  if (event.key === 'ArrowUp') return -1;
  // In a text Ctrl + left and right go by words.
  if (writing) return 0;
  return event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
}

export function onKey(event: KeyboardEvent, to: KeyTarget): void {
  if (event.defaultPrevented || event.isComposing || event.key === 'Process') return;
  if (document.querySelector('dialog[open]')) return;
  const writing = writes(event.target);
  if (event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
    const by = stepOf(event, writing);
    if (by === 0) return;
    event.preventDefault();
    if (!event.repeat) to.step(by);
    return;
  }
  if (event.altKey && !event.ctrlKey && event.code === 'KeyM') {
    event.preventDefault();
    if (!event.repeat) to.mark();
    return;
  }
  if (writing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const place = placeOf(event.key);
  if (place === null) return;
  const all = [...to.choosers()].sort((a, b) =>
    a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
  const focused = all.find((one) => one.element.contains(document.activeElement));
  if ((focused ?? all[0])?.choose(place)) event.preventDefault();
}
