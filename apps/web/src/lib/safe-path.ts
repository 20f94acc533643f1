/** Any origin: only used to see whether an address leaves it. */
const HERE = 'http://here.invalid';

/**
 * The address as a path on this site, "/" when it leads anywhere else. Browsers pass over tabs and line ends, take "\" for "/"
 * and shorten "/.//": what counts is where the address leads, not how it is written.
 */
export function safePath(next: unknown): string {
  if (typeof next !== 'string' || !URL.canParse(next, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(next, HERE);
  const path = pathname + search + hash;
  return origin === HERE && next.startsWith('/') && !path.startsWith('//') ? path : '/';
}
