const SDK_PATH = '/v1/sdk';

/**
 * The socket address of a control plane or relay: `http(s)` becomes `ws(s)`, and `/v1/sdk` is appended where the
 * address has no path. Null when it is none.
 */
export function socketUrl(url: string): string | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  switch (parsed.protocol) {
    case 'http:':
    case 'https:':
    case 'ws:':
    case 'wss:': {
      const scheme = parsed.protocol.replace('http', 'ws');
      const path = parsed.pathname === '/' ? SDK_PATH : parsed.pathname;
      return `${scheme}//${parsed.host}${path}${parsed.search}`;
    }
    case 'ws+unix:':
      if (parsed.pathname === '') return null;
      return parsed.pathname.includes(':')
        ? `ws+unix:${parsed.pathname}`
        : `ws+unix:${parsed.pathname}:${SDK_PATH}`;
    default:
      return null;
  }
}

/** Where the same control plane is asked without a socket; null for a relay on the host, which needs none. */
export function pollingUrl(url: string): string | null {
  return /^wss?:/.test(url) ? url.replace('ws', 'http').replace(/\?.*$/, '') : null;
}
