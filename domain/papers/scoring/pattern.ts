/**
 * `patternMatch`: regular expressions of XML Schema (XSD 1.0 part 2, appendix F). They are true regular expressions, so
 * an automaton follows all ways at once and no pattern can take more than length × size: the patterns of a package are
 * not ours, and those of other engines run for hours on "(a+)+b".
 *
 * The whole text must match. `^` at the start and `$` at the end, which XSD has as plain characters, are taken as
 * anchors: packages mean that, and nobody could ever answer otherwise.
 */
import { ScoringError } from './score-faults.ts';

type Test = (character: string) => boolean;

/** A state reads one character (`test`) or goes on without one (`to` alone). */
interface State {
  test?: Test;
  to: number[];
}

interface Fragment {
  start: number;
  end: number;
}

/** Repetition counts are laid out as states; more than this is no question of an exam. */
const MOST_STATES = 5_000;
const MOST_PATTERN = 1_000;
/** Steps for one answer, about two seconds; more is a fault, for cutting the work short would give a wrong answer. */
const MOST_STEPS = 10_000_000;

const ESCAPES: Readonly<Record<string, Test>> = {
  d: byClass('\\p{Nd}'),
  w: byClass('[^\\p{P}\\p{Z}\\p{C}]'),
  s: byClass('[ \\t\\n\\r]'),
  i: byClass('[\\p{L}\\p{Nl}_:]'),
  c: byClass('[\\p{L}\\p{Nl}\\p{Nd}\\p{M}_:.\\-·]'),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function byClass(source: string): Test {
  const pattern = new RegExp(`^${source}$`, 'u');
  return (character) => pattern.test(character);
}

function not(test: Test): Test {
  return (character) => !test(character);
}

class Reader {
  readonly #characters: readonly string[];
  readonly #states: State[] = [];
  #at = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  read(): { states: readonly State[]; start: number; end: number } {
    const fragment = this.#alternatives();
    if (this.#at < this.#characters.length) this.#refuse();
    return { states: this.#states, ...fragment };
  }

  #refuse(): never {
    throw new ScoringError('score/pattern', this.#characters.join(''));
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const character = this.#characters[this.#at++];
    return character ?? this.#refuse();
  }

  #state(state: State): number {
    if (this.#states.length >= MOST_STATES) this.#refuse();
    return this.#states.push(state) - 1;
  }

  #link(from: number, to: number): void {
    this.#states[from]?.to.push(to);
  }

  #alternatives(): Fragment {
    const start = this.#state({ to: [] });
    const end = this.#state({ to: [] });
    for (;;) {
      const branch = this.#sequence();
      this.#link(start, branch.start);
      this.#link(branch.end, end);
      if (this.#peek() !== '|') return { start, end };
      this.#at++;
    }
  }

  #sequence(): Fragment {
    const start = this.#state({ to: [] });
    let end = start;
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      const piece = this.#piece();
      this.#link(end, piece.start);
      end = piece.end;
    }
    return { start, end };
  }

  /** An atom with its count; it is read anew for every copy. */
  #piece(): Fragment {
    const from = this.#at;
    let atom = this.#atom();
    const after = this.#at;
    const [least, most] = this.#count();
    const resume = this.#at;
    const start = this.#state({ to: [] });
    const end = this.#state({ to: [] });
    let last = start;
    const copies = most === undefined ? Math.max(1, least) : most;
    for (let copy = 0; copy < copies; copy++) {
      if (copy > 0) {
        this.#at = from;
        atom = this.#atom();
      }
      if (copy >= least) this.#link(last, end);
      this.#link(last, atom.start);
      last = atom.end;
    }
    if (most === undefined) this.#link(last, atom.start);
    this.#link(last, end);
    this.#at = Math.max(after, resume);
    return { start, end };
  }

  /** Least and most (`undefined`: without limit). */
  #count(): [number, number | undefined] {
    const sign = this.#peek();
    if (sign === '?' || sign === '*' || sign === '+') {
      this.#at++;
      return sign === '?' ? [0, 1] : sign === '*' ? [0, undefined] : [1, undefined];
    }
    if (sign !== '{') return [1, 1];
    const close = this.#characters.indexOf('}', this.#at);
    const written = /^(\d{1,4})(,(\d{1,4})?)?$/.exec(this.#characters.slice(this.#at + 1, close).join(''));
    if (close < 0 || written === null) this.#refuse();
    this.#at = close + 1;
    const least = Number(written[1]);
    const most = written[2] === undefined ? least : written[3] === undefined ? undefined : Number(written[3]);
    if (most !== undefined && most < least) this.#refuse();
    return [least, most];
  }

  #atom(): Fragment {
    const next = this.#next();
    if (next === '(') {
      const inner = this.#alternatives();
      if (this.#next() !== ')') this.#refuse();
      return inner;
    }
    if ('?*+{})'.includes(next)) this.#refuse();
    if (next === ']') this.#refuse();
    const test =
      next === '['
        ? this.#class()
        : next === '\\'
          ? this.#escape()
          : next === '.'
            ? (character: string) => character !== '\n' && character !== '\r'
            : (character: string) => character === next;
    const end = this.#state({ to: [] });
    return { start: this.#state({ test, to: [end] }), end };
  }

  #escape(): Test {
    const name = this.#next();
    const known = ESCAPES[name.toLowerCase()];
    if (known !== undefined) return name === name.toLowerCase() ? known : not(known);
    if (name === 'p' || name === 'P') return this.#category(name === 'P');
    const plain = CONTROLS[name] ?? (/^[\\|.?*+(){}[\]^$-]$/.test(name) ? name : this.#refuse());
    return (character) => character === plain;
  }

  #category(negated: boolean): Test {
    const close = this.#characters.indexOf('}', this.#at);
    const name = this.#characters.slice(this.#at, close + 1).join('');
    // Blocks (`IsBasicLatin`) are not known here.
    if (close < 0 || !/^\{[LMNPZSC][a-z]?\}$/.test(name)) this.#refuse();
    this.#at = close + 1;
    try {
      const test = byClass(`\\p${name}`);
      return negated ? not(test) : test;
    } catch {
      return this.#refuse();
    }
  }

  /** After `[`: characters, ranges, escapes; `-[…]` at the end takes some away. */
  #class(): Test {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const tests: Test[] = [];
    let taken: Test | undefined;
    for (;;) {
      const next = this.#next();
      if (next === ']') break;
      if (next === '-' && this.#peek() === '[' && tests.length > 0) {
        this.#at++;
        taken = this.#class();
        if (this.#next() !== ']') this.#refuse();
        break;
      }
      tests.push(this.#classItem(next));
    }
    if (tests.length === 0) this.#refuse();
    const any: Test = (character) => tests.some((test) => test(character)) !== negated;
    const without = taken;
    return without === undefined ? any : (character) => any(character) && !without(character);
  }

  #classItem(first: string): Test {
    if (first === '[') this.#refuse();
    if (first === '\\') return this.#escape();
    const following = this.#characters[this.#at + 1];
    if (this.#peek() !== '-' || following === undefined || following === ']' || following === '[')
      return (character) => character === first;
    this.#at += 2;
    const last = following === '\\' ? this.#next() : following;
    const [low, high] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
    if (low > high) this.#refuse();
    return (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code >= low && code <= high;
    };
  }
}

function closure(states: readonly State[], from: Iterable<number>): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const state = states[at];
    if (state !== undefined && state.test === undefined) open.push(...state.to);
  }
  return reached;
}

/** @throws ScoringError `score/pattern` where the pattern is none of XML Schema's, or text and pattern are too much. */
export function matchesPattern(text: string, pattern: string): boolean {
  const bare = pattern.replace(/^\^/, '').replace(/(?<=(?:^|[^\\])(?:\\\\)*)\$$/, '');
  if (bare.length > MOST_PATTERN) throw new ScoringError('score/pattern', `${bare.length}`);
  const { states, start, end } = new Reader([...bare]).read();
  let now = closure(states, [start]);
  let steps = 0;
  for (const character of text) {
    steps += now.size;
    if (steps > MOST_STEPS) throw new ScoringError('score/pattern', pattern);
    const next: number[] = [];
    for (const at of now) {
      const state = states[at];
      if (state?.test?.(character) === true) next.push(...state.to);
    }
    if (next.length === 0) return false;
    now = closure(states, next);
  }
  return now.has(end);
}
