import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type ConnectionOptions } from '../options/options.js';
import { nodeSystem } from '../platform/node-system.js';
import { Recloser } from '../recloser.js';
import { makeFull, makeView } from '../sdk.fake.js';
import { until } from '../until.fake.js';
import { CERTIFICATE, KEY } from './tls.fake.js';

const FULL = JSON.stringify(makeFull([makeView('a')]));
const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function listen(server: http.Server): Promise<number> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

/** A control plane behind TLS or not; without sockets it only answers polls. */
async function plane(isSecure: boolean, hasSockets = true): Promise<number> {
  const answer: http.RequestListener = (_request, response) => {
    response.setHeader('recloser-lease', 'true').end(FULL);
  };
  const server = isSecure
    ? https.createServer({ cert: CERTIFICATE, key: KEY }, answer)
    : http.createServer(answer);
  if (hasSockets) {
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.once('message', () => socket.send(FULL)));
  }
  return listen(server);
}

interface Asked {
  readonly to: string | undefined;
  readonly as: string | undefined;
}

/** An HTTP proxy that makes tunnels, or refuses to. */
async function proxy(status = 200): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = http.createServer();
  server.on('connect', (request, client: net.Socket) => {
    asked.push({ to: request.url, as: request.headers['proxy-authorization'] });
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    ended.push(() => upstream.destroy());
  });
  return { port: await listen(server), asked };
}

/** An SDK that does not wait long between two tries. */
function connect(url: string, connection: ConnectionOptions, env: NodeJS.ProcessEnv = {}) {
  const recloser = new Recloser({ url, connection }, { ...nodeSystem(), env, random: () => 0.01 });
  const errors: string[] = [];
  recloser.on('error', ({ message }) => void errors.push(message));
  ended.push(() => recloser.close({ timeoutMs: 10 }));
  return { recloser, errors };
}

describe.each([
  ['ws', false],
  ['wss', true],
])('through a proxy, over %s', (scheme, isSecure) => {
  it('connects, and says who is asking', async () => {
    const port = await plane(isSecure);
    const { port: proxyPort, asked } = await proxy();
    const { recloser } = connect(`${scheme}://localhost:${port}`, {
      proxy: `http://ada:p%40ss@127.0.0.1:${proxyPort}`,
      ca: CERTIFICATE,
    });
    await until('it is connected', () => recloser.status().connected);
    expect(recloser.status().polling).toBe(false);
    const as = `Basic ${Buffer.from('ada:p@ss').toString('base64')}`;
    expect(asked).toEqual([{ to: `localhost:${port}`, as }]);
  });

  it('polls where no socket gets through', async () => {
    const port = await plane(isSecure, false);
    const { port: proxyPort, asked } = await proxy();
    const { recloser } = connect(
      `${scheme}://localhost:${port}`,
      { ca: [CERTIFICATE] },
      { RECLOSER_PROXY: `http://127.0.0.1:${proxyPort}` },
    );
    await until('it polls', () => recloser.status().polling);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.every(({ as }) => as === undefined)).toBe(true);
  });
});

describe('a proxy that', () => {
  it('refuses is told, and calls go on', async () => {
    const port = await plane(false);
    const { port: proxyPort } = await proxy(407);
    const { recloser, errors } = connect(`ws://localhost:${port}`, {
      proxy: `http://127.0.0.1:${proxyPort}`,
    });
    await until('it is told', () => errors.length > 0);
    expect(errors[0]).toContain('the proxy answered HTTP 407');
    await expect(recloser.breaker('a').protect(() => Promise.resolve(1))).resolves.toBe(1);
  });

  it('is no URL is told', async () => {
    const { recloser, errors } = connect('ws://localhost:1', { proxy: 'no proxy at all' });
    await until('it is told', () => errors.length > 0);
    expect(errors).toEqual(['What opens connections cannot be used']);
    await expect(recloser.breaker('a').protect(() => Promise.resolve(1))).resolves.toBe(1);
  });
});

describe('without a proxy', () => {
  it('a control plane of an authority that is not known is not spoken to', async () => {
    const port = await plane(true);
    const { recloser, errors } = connect(`wss://localhost:${port}`, {});
    await until('it is told', () => errors.length > 0);
    expect(errors[0]).toMatch(/self.signed/);
    expect(recloser.status().connected).toBe(false);
  });

  it('one of a given authority is', async () => {
    const port = await plane(true);
    const { recloser } = connect(`wss://localhost:${port}`, { ca: CERTIFICATE });
    await until('it is connected', () => recloser.status().connected);
  });

  it('an agent of the user makes the connections, also those of polls', async () => {
    const port = await plane(true, false);
    const agent = new https.Agent({ ca: CERTIFICATE });
    let made = 0;
    const create = agent.createConnection.bind(agent);
    agent.createConnection = (...about) => {
      made += 1;
      return create(...about);
    };
    const { recloser } = connect(`wss://localhost:${port}`, { agent });
    await until('it polls', () => recloser.status().polling);
    expect(made).toBeGreaterThanOrEqual(2);
  });
});
