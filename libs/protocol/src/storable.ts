/** What JSON can say and PostgreSQL's text cannot hold: U+0000, and half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Cs}/u;
export const UNSTORABLE_MESSAGE =
  'holds a character that no text may hold (U+0000 or half of a surrogate pair): leave it out';

/** For text in frames, where one bad name must not spoil what stands beside it. */
export const STORABLE = /^[^\0\p{Cs}]*$/u;

/** Where in a JSON value the first string or name is that cannot be stored, as 'rules.0.id'; null: nowhere. */
export function unstorablePath(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (UNSTORABLE.test(name)) return path;
    const found = unstorablePath(member, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
