import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { makeFull, makeView } from '../sdk.fake.js';
import { until } from '../until.fake.js';

interface Told {
  readonly event: string;
  readonly active?: boolean;
  readonly stale?: boolean;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recloser-'));
  await build({
    entryPoints: [fileURLToPath(new URL('suspended.fake.ts', import.meta.url))],
    outfile: join(folder, 'process.cjs'),
    bundle: true,
    platform: 'node',
    conditions: ['@recloser/source'],
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** A control plane with leases of this length: pings every 200 ms, also to those who do not answer. */
async function plane(
  leaseMs: number,
): Promise<{ url: string; hellos: () => number; close(): Promise<void> }> {
  const tuning = { flushMs: 1_000, urgentFlushMs: 50, leaseMs, pingMs: 2 * leaseMs };
  const full = JSON.stringify({ ...makeFull([makeView('a')]), tuning });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  let hellos = 0;
  server.on('connection', (socket: WebSocket) => {
    socket.once('message', () => {
      hellos += 1;
      socket.send(full);
    });
    const timer = setInterval(() => socket.send('{"t":"ping","id":1,"lease":true}'), 200);
    socket.on('close', () => clearInterval(timer));
  });
  const { port } = server.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}`,
    hellos: () => hellos,
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Time that the other process has to itself: that nothing is told in it is what is tested. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a process that was stopped', () => {
  it('for longer than its lease decides alone until it has connected anew, whatever waits in its socket', async () => {
    const control = await plane(1_000);
    const told: Told[] = [];
    const child: ChildProcess = fork(join(folder, 'process.cjs'), [control.url]);
    child.on('message', (message) => void told.push(message as Told));
    try {
      await until('the state is in force', () => told.some(({ event }) => event === 'applied'));
      child.kill('SIGSTOP');
      await pause(2_500);
      expect(told.map(({ event }) => event)).toEqual(['applied']);
      child.kill('SIGCONT');
      await until('it has handed back', () => told.some(({ active }) => active === false));
      expect(told.slice(1)).toEqual([
        { event: 'takeover', active: true },
        { event: 'stale', stale: true },
        { event: 'stale', stale: false },
        { event: 'takeover', active: false },
        { event: 'applied' },
      ]);
      expect(control.hellos()).toBe(2);
    } finally {
      child.kill('SIGKILL');
      await control.close();
    }
  });

  it('for less than its lease goes on as before', async () => {
    // However late a slow machine wakes it, the lease goes on.
    const control = await plane(60_000);
    const told: Told[] = [];
    const child = fork(join(folder, 'process.cjs'), [control.url]);
    child.on('message', (message) => void told.push(message as Told));
    try {
      await until('the state is in force', () => told.length > 0);
      child.kill('SIGSTOP');
      await pause(400);
      child.kill('SIGCONT');
      await pause(1_500);
      expect(told.map(({ event }) => event)).toEqual(['applied']);
      expect(control.hellos()).toBe(1);
    } finally {
      child.kill('SIGKILL');
      await control.close();
    }
  });
});
