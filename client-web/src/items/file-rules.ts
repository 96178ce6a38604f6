/** What an upload may be: media types of the item against files as browsers describe them. Pure. */

/** Endings that browsers often know no type for, or another one (a CSV is "Excel" where Excel is installed). */
const ENDINGS: Record<string, string[]> = {
  'text/csv': ['csv'],
  'text/plain': ['txt'],
  'text/html': ['html', 'htm'],
  'application/pdf': ['pdf'],
  'application/zip': ['zip'],
  'application/x-zip-compressed': ['zip'],
  'application/vnd.rar': ['rar'],
  'application/x-rar-compressed': ['rar'],
  'application/msword': ['doc'],
  'application/vnd.ms-excel': ['xls'],
  'application/vnd.ms-powerpoint': ['ppt'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
  'application/wps-office.wps': ['wps'],
  'application/wps-office.et': ['et'],
  'application/wps-office.dps': ['dps'],
  'application/kswps': ['wps'],
  'application/kset': ['et'],
  'application/ksdps': ['dps'],
  'application/rtf': ['rtf'],
  'application/json': ['json'],
  'application/x-sb3': ['sb3'],
  'text/x-python': ['py'],
  'text/x-c': ['c'],
  'text/x-c++src': ['cpp'],
  'text/x-java': ['java'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/svg+xml': ['svg'],
  'audio/mpeg': ['mp3'],
  'audio/wav': ['wav'],
  'audio/ogg': ['ogg'],
  'video/mp4': ['mp4'],
};

const endingOf = (name: string) => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Value of `accept`; undefined for any file. */
export function acceptOf(types: readonly string[]): string | undefined {
  if (types.length === 0) return undefined;
  return types.flatMap((type) => [type, ...(ENDINGS[type] ?? []).map((ending) => `.${ending}`)]).join(',');
}

/** Kinds for people: `CSV, XLSX`; empty for any. */
export function extensionsOf(types: readonly string[]): string {
  const names = types.flatMap((type) => {
    if (type.endsWith('/*')) return [type.slice(0, -2)];
    const known = ENDINGS[type]?.[0];
    return [(known ?? type.split('/')[1] ?? type).toUpperCase()];
  });
  return [...new Set(names)].join(', ');
}

export function refusalOf(
  file: { name: string; type: string; size: number },
  rules: { types: readonly string[]; maxBytes: number },
): 'type' | 'size' | 'empty' | null {
  if (file.size === 0) return 'empty';
  if (file.size > rules.maxBytes) return 'size';
  if (rules.types.length === 0) return null;
  const ending = endingOf(file.name);
  const fits = rules.types.some(
    (type) =>
      type === file.type ||
      (type.endsWith('/*') && file.type.startsWith(type.slice(0, -1))) ||
      (ENDINGS[type] ?? []).includes(ending),
  );
  return fits ? null : 'type';
}
