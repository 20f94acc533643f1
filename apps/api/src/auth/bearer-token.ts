import type { IncomingHttpHeaders } from 'node:http';

/** How an API token begins. */
export const TOKEN_PREFIX = 'rct_';

/** What stands after `Bearer` in the Authorization header; null: no such header. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}

/**
 * The API token of a request; null: it has none. Another bearer token beside a session is a proxy's, and is left to it.
 */
export function apiTokenOf(headers: IncomingHttpHeaders): string | null {
  const bearer = bearerOf(headers);
  if (bearer === null) return null;
  return bearer.startsWith(TOKEN_PREFIX) || headers.cookie === undefined ? bearer : null;
}

/** Whether an address has what looks like an API token in it, however it is encoded. */
export function hasTokenInUrl(url: string): boolean {
  return /rct_[\w-]{20}/.test(url.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex)));
}

const byteOf = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
