/**
 * The tab's icon as an address that needs no request: the mark, and a dot where there is trouble; a ring instead of a dot
 * while nothing is known.
 */
export function iconOf(colour: string | null, hollow: boolean): string {
  const dot =
    colour === null
      ? ''
      : `<circle cx="24" cy="8" r="6" fill="${hollow ? '#fff' : colour}" stroke="${hollow ? colour : '#fff'}" stroke-width="2.5"/>`;
  const mark =
    '<rect width="32" height="32" rx="8" fill="#16171b"/><g stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M5 22h5M22 22h5M10.4 21.7 20 11"/></g>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark}${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
