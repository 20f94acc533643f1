import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from './errors.js';
import { freePort } from './ports.js';
import { signal, waitForExit } from './processes.js';
import { watch } from './watchdog.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the server; what was in it is gone. */
  stop(): Promise<void>;
}

/** The command of the Redis (or Valkey) server on this machine, if there is one. */
export function findRedisServer(): string | undefined {
  const candidates = [process.env['REDIS_SERVER'], 'redis-server', 'valkey-server'];
  return candidates.find(
    (command): command is string =>
      command !== undefined && spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Starts a Redis server of our own in memory on a free loopback port. It ends with this process,
 * also after kill -9. `args` are further settings for its command line, `config` is the path of a file with more of them.
 * @throws PlatformError `tool_missing` when no server is installed.
 */
export async function startRedis(
  args: readonly string[] = [],
  config?: string,
): Promise<RedisServer> {
  const command = findRedisServer();
  if (command === undefined) {
    throw new PlatformError(
      'tool_missing',
      'No redis-server was found. Install it ("apt-get install redis-server" or "brew install redis"), or name it in REDIS_SERVER.',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'recloser-redis-'));
  const port = await freePort();
  const file = config === undefined ? [] : [config];
  const child = spawn(command, [...file, ...settings(port), '--dir', folder, ...args], {
    stdio: 'ignore',
    detached: true,
    cwd: folder,
  });
  const pid = await spawned(child);
  const watchdog = watch(pid, [folder]);
  const stop = async () => {
    signal(pid, 'SIGTERM');
    if (!(await waitForExit(pid, 5_000))) signal(pid, 'SIGKILL');
    watchdog.dismiss();
    rmSync(folder, { recursive: true, force: true });
  };
  if (await answers(port, child)) return { url: `redis://127.0.0.1:${port}`, port, pid, stop };
  await stop();
  throw new PlatformError('child_failed', `${command} did not start on port ${port}.`);
}

function settings(port: number): string[] {
  return [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--save', ''],
    ['--appendonly', 'no'],
    ['--maxmemory-policy', 'noeviction'],
    ['--daemonize', 'no'],
  ].flat();
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await ping(port)) return true;
    await sleep(20);
  }
  return false;
}

function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    const done = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    // One that wants a password is up, too.
    socket.once('data', (data) => done(/^(?:\+PONG|-NOAUTH)/.test(data.toString())));
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => done(false));
  });
}
