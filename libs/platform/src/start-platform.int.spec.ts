import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPostgres } from '@recloser/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAlive } from './processes.js';
import { startPlatform } from './start-platform.js';

const PATIENCE = 90_000;
const cli = new URL('../dist/cli.js', import.meta.url).href;
let folder: string;
let launchers: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-test-'));
  launchers = [];
});
afterEach(async () => {
  for (const child of launchers) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('startPlatform', () => {
  it(
    'runs API and workers, starts a killed one again and leaves nothing on stop',
    async () => {
      const lines: string[] = [];
      const platform = await startPlatform({
        ephemeral: true,
        web: false,
        workers: 2,
        port: 0,
        log: (line) => lines.push(line),
      });
      const ready = await fetch(`${platform.url}/health/ready`);
      expect(ready.status).toBe(200);
      const names = platform.processes().map(({ name }) => name);
      expect(names).toEqual(['postgres', 'worker-1', 'worker-2', 'api']);

      const killed = platform.pid('worker-2')!;
      platform.kill('worker-2');
      await vi.waitFor(() => expect(platform.pid('worker-2')).not.toBe(killed), PATIENCE);
      await vi.waitFor(() => expect(platform.pid('worker-2')).toBeDefined(), PATIENCE);
      await platform.ready('worker-2');

      const before = platform.pid('api')!;
      await platform.halt('api', 'SIGKILL');
      expect(platform.pid('api')).toBeUndefined();
      await platform.restart('api');
      expect(platform.pid('api')).not.toBe(before);
      expect((await fetch(`${platform.url}/health/ready`)).status).toBe(200);

      const pids = platform.processes().map(({ pid }) => pid!);
      await platform.stop();
      expect(pids.filter(isAlive)).toEqual([]);
    },
    2 * PATIENCE,
  );

  it(
    'uses a database of yours',
    async () => {
      const database = await testPostgres();
      const platform = await startPlatform({
        databaseUrl: database.url,
        dataDir: folder,
        web: false,
        port: 0,
        log: () => undefined,
      });
      expect(platform.processes().map(({ name }) => name)).toEqual(['worker-1', 'api']);
      expect((await fetch(`${platform.url}/health/ready`)).status).toBe(200);
      expect(existsSync(join(folder, 'postgres'))).toBe(false);
      await platform.stop();
      await database.close();
    },
    PATIENCE,
  );
});

describe('npm start', () => {
  it(
    'leaves nothing behind when it is killed, and starts again on the same data',
    async () => {
      const first = await started('--port', '0', '--no-web', '--data-dir', folder);
      const pids = childrenOf(first.child.pid!);
      // Two servers, the API and a worker at least.
      expect(pids.length).toBeGreaterThanOrEqual(3);
      first.child.kill('SIGKILL');
      await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE);

      const second = await started('--port', '0', '--no-web', '--data-dir', folder);
      const later = childrenOf(second.child.pid!);
      second.child.kill('SIGTERM');
      expect(await second.ended).toBe(0);
      await vi.waitFor(() => expect(later.filter(isAlive)).toEqual([]), PATIENCE);
    },
    2 * PATIENCE,
  );

  it(
    'says that a named port is taken',
    async () => {
      const squatter = createServer();
      const port = await new Promise<number>((resolve) => {
        squatter.listen(0, '127.0.0.1', () => {
          const address = squatter.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      const run = launch('--port', String(port), '--no-web', '--data-dir', folder);
      expect(await run.ended).toBe(1);
      expect(run.output()).toContain(`Port ${port} is in use`);
      expect(existsSync(join(folder, 'postgres'))).toBe(false);
      squatter.close();
    },
    PATIENCE,
  );

  it('explains itself', async () => {
    const run = launch('--help');
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('--data-dir');
  });
});

interface Launch {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

function launch(...args: string[]): Launch {
  const script = `const { main } = await import(${JSON.stringify(cli)}); process.exit(await main(process.argv.slice(1)));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'info' },
  });
  launchers.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, output: () => text };
}

async function started(...args: string[]): Promise<Launch> {
  const run = launch(...args);
  await vi.waitFor(() => expect(run.output()).toContain('Recloser is ready'), PATIENCE);
  return run;
}

function childrenOf(pid: number): number[] {
  const linux = `/proc/${pid}/task/${pid}/children`;
  const list = existsSync(linux)
    ? readFileSync(linux, 'utf8')
    : spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout;
  return list.split(/\s+/).filter(Boolean).map(Number);
}
