/**
 * A field that is written in. The element's own value is never replaced while someone writes (caret, undo and input
 * method stay whole); what is in it goes to the journal outside compositions only, and at once when one ends.
 */
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { wellFormed } from '#domain/attempt/merge.ts';
import type { ItemDesk } from './item-desk.ts';
import { fitting } from './values.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

interface Options {
  desk: ItemDesk;
  response: string;
  /** Longest text in UTF-16 units. */
  limit: number;
  /** Text as it is stored, or null where it cannot be (a word in a field for numbers): then nothing is sent. */
  stored?: (text: string) => string | null;
}

export class TextField {
  /** What the field holds, compositions included. */
  text = $state('');
  /** The last change did not fit as a whole. */
  cut = $state(false);
  /** What it holds cannot be stored. */
  refused = $state(false);
  #options: Options;
  #node: Field | null = null;
  #composing = false;

  constructor(options: Options) {
    this.#options = options;
    this.text = options.desk.text(options.response);
  }

  readonly attach: Attachment<Field> = (node) => {
    this.#node = node;
    // Not followed: an attachment that reads what it writes would be made anew at every key.
    node.value = untrack(() => this.text);
    const start = () => {
      this.#composing = true;
    };
    const end = () => {
      this.#composing = false;
      this.#changed();
      void this.#options.desk.flush();
    };
    const input = () => {
      if (this.#composing) untrack(() => (this.text = node.value));
      else this.#changed();
    };
    const leave = () => {
      // A composition that is broken off by a click ends without its event in some input methods.
      if (this.#composing) end();
      else void this.#options.desk.flush();
    };
    node.addEventListener('compositionstart', start);
    node.addEventListener('compositionend', end);
    node.addEventListener('input', input);
    node.addEventListener('blur', leave);
    return () => {
      node.removeEventListener('compositionstart', start);
      node.removeEventListener('compositionend', end);
      node.removeEventListener('input', input);
      node.removeEventListener('blur', leave);
      // Leaving the item ends a composition too; not a word of it is lost. No state changes any more.
      if (this.#composing) this.#send(node);
      this.#node = null;
    };
  };

  /** Shows what came from elsewhere (the box's copy after a change of machine), never under someone's hands. */
  follow(): void {
    const text = this.#options.desk.text(this.#options.response);
    const node = this.#node;
    if (!node || this.refused || node === document.activeElement || text === node.value) return;
    node.value = text;
    this.text = text;
  }

  /** Puts text at the caret, as if it were typed (so that it can be undone). */
  insert(text: string, back = 0): void {
    const node = this.#node;
    if (!node) return;
    const inserted = document.activeElement === node && document.execCommand('insertText', false, text);
    if (!inserted) {
      node.setRangeText(
        text,
        node.selectionStart ?? node.value.length,
        node.selectionEnd ?? node.value.length,
        'end',
      );
      this.#changed();
    }
    if (back > 0) {
      const at = (node.selectionStart ?? 0) - back;
      node.setSelectionRange(at, at);
    }
  }

  /** Puts marks around what is selected, or an empty pair with the caret between. */
  wrap(before: string, after: string): void {
    const node = this.#node;
    if (!node) return;
    node.focus();
    const selected = node.value.slice(node.selectionStart ?? 0, node.selectionEnd ?? 0);
    this.insert(before + selected + after, selected === '' ? after.length : 0);
  }

  /** Puts a mark at the beginning of every selected line. */
  prefixLines(prefix: string): void {
    const node = this.#node;
    if (!node) return;
    node.focus();
    const from = node.value.lastIndexOf('\n', (node.selectionStart ?? 0) - 1) + 1;
    const to = node.selectionEnd ?? from;
    node.setSelectionRange(from, to);
    this.insert(
      node.value
        .slice(from, to)
        .split('\n')
        .map((line) => prefix + line)
        .join('\n'),
    );
  }

  #changed(): void {
    const node = this.#node;
    if (!node) return;
    const { text, cut, refused } = this.#send(node);
    if (text !== node.value) {
      const caret = Math.min(node.selectionStart ?? text.length, text.length);
      node.value = text;
      node.setSelectionRange(caret, caret);
    }
    // A field that is taken off the page while it has the focus still fires its events, in the middle of Svelte's own
    // work; changes of state are allowed there only untracked.
    untrack(() => {
      this.text = text;
      this.cut = cut;
      this.refused = refused;
    });
  }

  /** Gives what the field holds to the journal, as far as it fits. */
  #send(node: Field): { text: string; cut: boolean; refused: boolean } {
    const { desk, response, limit, stored } = this.#options;
    const whole = wellFormed(node.value);
    const text = fitting(whole, limit);
    const value = stored ? stored(text) : text;
    if (value !== null) desk.type(response, value);
    return { text, cut: text !== whole, refused: value === null };
  }
}
