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

function made(code: string, more: { readonly stillMs?: number } = {}): SupervisedChild {
  const file = join(folder, 'child.mjs');
  writeFileSync(file, code);
  child = new SupervisedChild(
    {
      name: 'test',
      args: [file],
      cwd: folder,
      env: { CHILD_PORT: String(port) },
      readyUrl: `http://127.0.0.1:${port}/`,
      liveUrl: `http://127.0.0.1:${port}/live`,
    },
    {
      logDir: folder,
      show: (line) => shown.push(line),
      stopTimeoutMs: 1_000,
      hungMs: 2_000,
      ...more,
    },
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

const HANGS = `
import { createServer } from 'node:http';
let stuck = false;
let ready = true;
createServer(({ url }, response) => {
  if (url === '/block') for (;;);
  if (url === '/stuck') stuck = true;
  if (url === '/unready') ready = false;
  response.writeHead((url === '/live' && stuck) || (url === '/' && !ready) ? 503 : 200).end();
}).listen(Number(process.env.CHILD_PORT), '127.0.0.1');
`;

describe('SupervisedChild', () => {
  it('starts again after a crash and stays down after stop', async () => {
    const running = made(SERVER);
    await running.start();
    const first = running.pid!;
    running.kill('SIGKILL');
    await vi.waitFor(() => expect(running.restarts).toBe(1), 60_000);
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
    await vi.waitFor(() => expect(shown.length).toBeGreaterThanOrEqual(2), 60_000);
    expect(shown).toEqual(['test     for people', 'test     warn loud (why)']);
    const log = join(folder, 'test.log');
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(3);
    expect(statSync(log).mode & 0o077).toBe(0);
  });

  it('shows what is for eyes alone, and keeps it nowhere', async () => {
    const secret = 'hunter2-hunter2';
    const notice = `process.send({ kind: 'notice', text: '\\npassword ${secret}\\n' });`;
    await made(`${notice}${SERVER}`).start();
    await vi.waitFor(() => expect(shown).toContain(`test     password ${secret}`), 60_000);
    await vi.waitFor(
      () => expect(readFileSync(join(folder, 'test.log'), 'utf8')).toContain('loud'),
      5_000,
    );
    expect(readFileSync(join(folder, 'test.log'), 'utf8')).not.toContain(secret);
  });

  it('gives up on a child that cannot start, with its last words', async () => {
    const failing = made(`console.error('no such luck'); process.exit(3);`);
    const start = failing.start();
    await expect(start).rejects.toMatchObject({ code: 'child_failed' });
    await expect(start).rejects.toThrow(/no such luck/);
  });

  it.each([
    ['whose event loop is blocked', '/block'],
    ['that says that it is stuck', '/stuck'],
  ])('kills and restarts a child %s', async (_name, path) => {
    const running = made(HANGS);
    await running.start();
    const first = running.pid!;
    await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(500) }).catch(
      () => undefined,
    );
    await vi.waitFor(() => expect(running.restarts).toBe(1), 60_000);
    await running.ready();
    expect(running.pid).not.toBe(first);
    expect(shown.some((line) => line.includes('test hangs'))).toBe(true);
  });

  it('kills and restarts a child that is stopped', async () => {
    const running = made(SERVER);
    await running.start();
    running.kill('SIGSTOP');
    await vi.waitFor(() => expect(running.restarts).toBe(1), 60_000);
    await running.ready();
  });

  it('leaves a child alone that answers, whatever its readiness says', async () => {
    const running = made(HANGS);
    await running.start();
    await fetch(`http://127.0.0.1:${port}/unready`);
    // Several times the time after which it would be taken to hang.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(running.restarts).toBe(0);
  });

  it('insists when a child ignores the request to end', async () => {
    const stubborn = made(`process.on('SIGTERM', () => {});${SERVER}`);
    await stubborn.start();
    const pid = stubborn.pid!;
    await stubborn.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('says what was waited for when a child does nothing, and how it went on until then', async () => {
    const silent = made('setInterval(() => undefined, 1_000);', { stillMs: 1_500 });
    const refusal = await silent.start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(refusal).toContain(`http://127.0.0.1:${port}/ was waited for (no answer)`);
    expect(refusal).toContain('It has written nothing.');
  });

  it('waits for a child that gets on, longer than it waits for one that does nothing', async () => {
    const slow = made(
      `const begin = Date.now();
       const work = () => { if (Date.now() - begin < 3_000) setTimeout(work, 50); else serve(); };
       const say = setInterval(() => console.log('at it'), 200);
       function serve() { clearInterval(say); ${SERVER.replace(/^import.*$/m, '')} }
       import { createServer } from 'node:http';
       work();`,
      { stillMs: 1_500 },
    );
    await slow.start();
    expect(slow.pid).toBeGreaterThan(0);
  });
});
