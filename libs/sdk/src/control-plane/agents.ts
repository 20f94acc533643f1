import * as http from 'node:http';
import * as https from 'node:https';
import { type Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { type ConnectionOptions } from '../options/options.js';
import { unkept } from './unkept.js';

/** Longer than the time between two polls. */
const IDLE_MS = 15_000;
const PROXY_TIMEOUT_MS = 10_000;

export interface Agents {
  /** What makes the connections to a URL; undefined: nothing special. */
  for(url: string): http.Agent | undefined;
}

type Made = (error: Error | null, socket?: Duplex) => void;

/**
 * What makes connections as the options say. Throws for a proxy that is no URL.
 */
export function agentsOf({ agent, ca, proxy }: ConnectionOptions): Agents {
  const via = proxy === undefined || proxy === '' ? null : new URL(proxy);
  const options = { keepAlive: true, timeout: IDLE_MS, ...(ca && { ca: [ca].flat() }) };
  const made = new Map<boolean, http.Agent>();
  return {
    for: (url) => {
      if (/^ws\+unix:/.test(url)) return undefined;
      if (agent !== undefined) return agent;
      const isSecure = /^(?:https|wss):/.test(url);
      const own = made.get(isSecure) ?? new (isSecure ? https : http).Agent(options);
      if (via !== null && !made.has(isSecure)) tunnel(own, via, isSecure);
      made.set(isSecure, own);
      return own;
    },
  };
}

/** Has an agent make its connections through a proxy. */
function tunnel(agent: http.Agent, proxy: URL, isSecure: boolean): void {
  Object.assign(agent, {
    createConnection: (options: tls.ConnectionOptions, made: Made): void => {
      throughProxy(proxy, options, (error, socket) => {
        if (socket === undefined || !isSecure) made(error, socket);
        else made(null, tls.connect({ ...options, socket, path: undefined }));
      });
    },
  });
}

function throughProxy(proxy: URL, { host, port }: tls.ConnectionOptions, made: Made): void {
  const to = `${host?.includes(':') === true ? `[${host}]` : host}:${port}`;
  const { request: open } = proxy.protocol === 'https:' ? https : http;
  const request = open(proxy, { method: 'CONNECT', path: to, headers: headersOf(proxy, to) });
  unkept(request);
  request.setTimeout(PROXY_TIMEOUT_MS, () => request.destroy(new Error('the proxy is silent')));
  request.on('connect', (response, socket: Duplex) => {
    if (response.statusCode === 200) {
      made(null, socket);
      return;
    }
    socket.destroy();
    made(new Error(`the proxy answered HTTP ${response.statusCode}`));
  });
  request.on('response', (response) => {
    request.destroy(new Error(`the proxy answered HTTP ${response.statusCode}`));
  });
  request.on('error', (error) => made(error));
  request.end();
}

function headersOf(proxy: URL, host: string): Record<string, string> {
  const { username, password } = proxy;
  if (username === '') return { host };
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { host, 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}
