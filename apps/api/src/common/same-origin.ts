import { compile } from '@fastify/proxy-addr';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export interface OriginFacts {
  readonly headers: IncomingHttpHeaders;
  /** Scheme and host (with port) that the user's browser sees, after trusted proxies. */
  readonly origin: string;
  /** The configured public address, if any. */
  readonly publicUrl: string | null;
}

/**
 * Whether a browser made this request from our own pages. Browsers put Origin on every cross-site request that can
 * change something, and pages cannot take it away; a request without it comes from a program, which has no cookie
 * that was not given to it.
 */
export function isSameOrigin(facts: OriginFacts): boolean {
  const { headers } = facts;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return headers.origin === undefined || hasOrigin(headers.origin, facts);
}

/** Stricter, for socket upgrades that carry a session cookie: an Origin must be there and be ours. */
export function hasSameOrigin(facts: OriginFacts): boolean {
  return facts.headers.origin !== undefined && hasOrigin(facts.headers.origin, facts);
}

function hasOrigin(given: string, { origin: own, publicUrl }: OriginFacts): boolean {
  const wanted = originOf(given);
  // An Origin is nothing but scheme, host and port; "null" is nobody's.
  if (wanted === null || wanted !== given.toLowerCase()) return false;
  const configured = publicUrl === null ? null : originOf(publicUrl);
  if (wanted === configured) return true;
  // A proxy that says nothing of TLS must not let the unencrypted pages of the public host in.
  const shadowed = configured !== null && hostOf(configured) === hostOf(own);
  return !shadowed && wanted === originOf(own);
}

function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin } = new URL(url);
  return origin === 'null' ? null : origin;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** What tells where a request comes from. */
interface Asked extends Pick<IncomingMessage, 'headers'> {
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Tells the origin that the browser sees, for requests that do not come through the framework. */
export function originReader(trustedProxies: string): (request: Asked) => string {
  const trusts = compile(trustedProxies.split(',').map((part) => part.trim()));
  return (request) => {
    const { headers, socket } = request;
    const isTrusted = trusts(socket.remoteAddress ?? '', 0);
    const forwarded = (name: string) => (isTrusted ? lastOf(headers[name]) : undefined);
    const own = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
    const scheme = forwarded('x-forwarded-proto') ?? own;
    return `${scheme}://${forwarded('x-forwarded-host') ?? headers.host ?? ''}`;
  };
}

/** The nearest proxy appends. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.join(',') : header;
  const last = text?.split(',').at(-1)?.trim();
  return last === '' ? undefined : last;
}
