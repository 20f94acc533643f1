import type { IncomingHttpHeaders } from 'node:http';

export interface OriginFacts {
  readonly headers: IncomingHttpHeaders;
  /** Host (with port) that the user's browser sees, after trusted proxies. */
  readonly host: string;
  /** The configured public address, if any. */
  readonly publicUrl: string | null;
}

/**
 * Whether a browser made this request from our own pages. Browsers put Origin on every cross-site request that can
 * change something, and pages cannot take it away; a request without it comes from a program, which has no cookie
 * that was not given to it.
 */
export function isSameOrigin({ headers, host, publicUrl }: OriginFacts): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.origin;
  if (origin === undefined) return true;
  return hasOrigin(origin, host, publicUrl);
}

/** Stricter, for socket upgrades that carry a session cookie: an Origin must be there and be ours. */
export function hasSameOrigin({ headers, host, publicUrl }: OriginFacts): boolean {
  return headers.origin !== undefined && hasOrigin(headers.origin, host, publicUrl);
}

function hasOrigin(origin: string, host: string, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  if (publicUrl !== null && new URL(publicUrl).origin === origin) return true;
  return new URL(origin).host === host.toLowerCase();
}
