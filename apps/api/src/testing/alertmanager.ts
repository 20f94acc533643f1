import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { eventually } from './poll.js';

/** As Debian's package names it. */
const PROGRAM = 'prometheus-alertmanager';
/** What Alertmanager 0.25 sent for the alert below. */
const RECORDED = new URL('alertmanager-0.25.body', import.meta.url);
const ALERT = {
  labels: { alertname: 'StripeDown', severity: 'critical' },
  annotations: { summary: 'Stripe answers 5xx' },
};

/**
 * Has Alertmanager call this URL, and returns the answer that it gets: the program itself where it is installed, else
 * the bytes that it sent once.
 */
export async function fireAlertmanager(url: string): Promise<unknown> {
  const isHere = spawnSync(PROGRAM, ['--version']).error === undefined;
  return isHere ? fireReal(url) : send(url, await readFile(RECORDED));
}

async function send(url: string, body: Buffer): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.25.0' };
  return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).json();
}

async function fireReal(url: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'alertmanager-'));
  const { server, answer, address } = await startRelay(url);
  const port = await freePort();
  const config = `{ route: { receiver: r, group_wait: 0s }, receivers: [{ name: r, webhook_configs: [{ url: '${address}' }] }] }`;
  await writeFile(join(folder, 'config.yml'), config);
  const child = spawn(
    PROGRAM,
    [
      `--config.file=${folder}/config.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  try {
    await eventually('Alertmanager takes the alert', () => post(port));
    return await answer;
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    server.close();
    await rm(folder, { recursive: true });
  }
}

const post = (port: number): Promise<true | null> =>
  fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([ALERT]),
  }).then(
    ({ ok }) => (ok ? true : null),
    () => null,
  );

interface Relay {
  readonly server: Server;
  readonly address: string;
  /** To the first request. */
  readonly answer: Promise<unknown>;
}

/** Stands between Alertmanager and the API, to see the answer. */
async function startRelay(url: string): Promise<Relay> {
  let settle: (answer: Promise<unknown>) => void;
  const answer = new Promise<unknown>((resolve) => (settle = resolve));
  const server = createServer((request, response) => {
    settle(buffer(request).then((body) => relayed(url, body)));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, answer, address: `http://127.0.0.1:${port}/` };
}

async function relayed(url: string, body: Buffer): Promise<unknown> {
  const file = process.env['RECORD_ALERTMANAGER'];
  if (file !== undefined) await writeFile(file, body);
  return send(url, body);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
