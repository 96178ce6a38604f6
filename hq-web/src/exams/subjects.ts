/** Subjects as a person types them: one a line, code and name with a blank between. Pure. */
export interface ReadSubjects {
  found: { code: string; name: string }[];
  /** The first line that cannot be read (a code too long, or named before), from 1; null: none. */
  wrongLine: number | null;
}

const CODE_MOST = 32;
const NAME_MOST = 200;

export function readSubjects(text: string): ReadSubjects {
  const found: ReadSubjects['found'] = [];
  const codes = new Set<string>();
  let wrongLine: number | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const [code = '', ...rest] = line.trim().split(/\s+/);
    if (code === '') continue;
    // A code alone is its own name.
    const name = rest.join(' ') || code;
    if (code.length > CODE_MOST || name.length > NAME_MOST || codes.has(code)) {
      wrongLine ??= index + 1;
      continue;
    }
    codes.add(code);
    found.push({ code, name });
  }
  return { found, wrongLine };
}
