import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from './ports.js';
import { isAlive } from './processes.js';
import { SupervisedChild } from './supervised-child.js';

let folder: string;
let port: number;
let child: SupervisedChild;
let shown: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'platform-test-'));
  port = await freePort();
  shown = [];
});
afterEach(async () => {
  await child.stop('SIGKILL');
  child.close();
  rmSync(folder, { recursive: true, force: true });
});

function made(code: string): SupervisedChild {
  const file = join(folder, 'child.mjs');
  writeFileSync(file, code);
  child = new SupervisedChild(
    {
      name: 'test',
      args: [file],
      cwd: folder,
      env: { CHILD_PORT: String(port) },
      readyUrl: `http://127.0.0.1:${port}/`,
    },
    { logDir: folder, show: (line) => shown.push(line), stopTimeoutMs: 1_000 },
  );
  return child;
}

const SERVER = `
import { createServer } from 'node:http';
console.log('for people');
console.log(JSON.stringify({ level: 'info', msg: 'quiet' }));
console.log(JSON.stringify({ level: 'warn', msg: 'loud', err: { message: 'why' } }));
createServer((_, response) => response.end('ok')).listen(Number(process.env.CHILD_PORT), '127.0.0.1');
`;

describe('SupervisedChild', () => {
  it('starts again after a crash and stays down after stop', async () => {
    const running = made(SERVER);
    await running.start();
    const first = running.pid!;
    running.kill('SIGKILL');
    await vi.waitFor(() => expect(running.restarts).toBe(1), 10_000);
    await running.ready();
    expect(running.pid).not.toBe(first);
    expect(shown.some((line) => line.includes('SIGKILL'))).toBe(true);

    const second = running.pid!;
    await running.stop();
    expect(isAlive(second)).toBe(false);
    expect(running.pid).toBeUndefined();
    await running.start();
    expect(running.pid).not.toBe(second);
  });

  it('shows what is meant for people and keeps every line in a private file', async () => {
    await made(SERVER).start();
    await vi.waitFor(() => expect(shown.length).toBeGreaterThanOrEqual(2), 5_000);
    expect(shown).toEqual(['test     for people', 'test     warn loud (why)']);
    const log = join(folder, 'test.log');
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(3);
    expect(statSync(log).mode & 0o077).toBe(0);
  });

  it('gives up on a child that cannot start, with its last words', async () => {
    const failing = made(`console.error('no such luck'); process.exit(3);`);
    const start = failing.start();
    await expect(start).rejects.toMatchObject({ code: 'child_failed' });
    await expect(start).rejects.toThrow(/no such luck/);
  });

  it('insists when a child ignores the request to end', async () => {
    const stubborn = made(`process.on('SIGTERM', () => {});${SERVER}`);
    await stubborn.start();
    const pid = stubborn.pid!;
    await stubborn.stop();
    expect(isAlive(pid)).toBe(false);
  });
});
