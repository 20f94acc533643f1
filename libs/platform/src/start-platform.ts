import { join, resolve } from 'node:path';
import { childSpecs } from './platform-children.js';
import type { Platform, PlatformOptions } from './platform-options.js';
import { choosePort } from './platform-port.js';
import { type Stores, openStores } from './platform-stores.js';
import { PlatformError } from './errors.js';
import { repositoryPath } from './repository.js';
import { SupervisedChild } from './supervised-child.js';

const LOOPBACK = '127.0.0.1';

/**
 * Starts the whole of Recloser on this machine: database, migrations, workers, API and console.
 * Resolves when all of them are ready. When this process dies, however it dies, they end too.
 * @throws PlatformError with what to do about it; nothing is left running.
 */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const log = options.log ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const dataDir = resolve(options.dataDir ?? repositoryPath('.recloser'));
  const host = options.host ?? LOOPBACK;
  const port = await choosePort(options.port, host, log);
  const specs = await childSpecs(options, { host, port });
  const stores = await openStores(options, dataDir, log);
  const logDir = options.ephemeral === true ? undefined : join(dataDir, 'logs');
  const children = specs(stores).map((spec) => new SupervisedChild(spec, { logDir, show: log }));
  const platform = assemble(children, stores, { host, port, redisUrl: options.redisUrl });
  try {
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await platform.stop();
    throw error;
  }
  return platform;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly redisUrl: string | undefined;
}

function assemble(
  children: readonly SupervisedChild[],
  stores: Stores,
  { host, port, redisUrl }: Address,
): Platform {
  const find = (name: string): SupervisedChild => {
    const child = children.find((one) => one.name === name);
    if (child) return child;
    const names = children.map((one) => one.name).join(', ');
    throw new PlatformError('child_failed', `There is no process "${name}": there are ${names}.`);
  };
  const shown = host === LOOPBACK || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${shown}:${port}`,
    databaseUrl: stores.databaseUrl,
    adminUrl: stores.adminUrl,
    redisUrl,
    processes: () => [
      ...(stores.embedded ? [{ name: 'postgres', pid: stores.embedded.pid, restarts: 0 }] : []),
      ...children.map(({ name, pid, restarts }) => ({ name, pid, restarts })),
    ],
    pid: (name) => (name === 'postgres' ? stores.embedded?.pid : find(name).pid),
    kill: (name, by = 'SIGKILL') => find(name).kill(by),
    halt: (name, by) => find(name).stop(by),
    restart: async (name) => {
      await find(name).stop();
      await find(name).start();
    },
    ready: (name) => find(name).ready(),
    stop: () => (stopping ??= stopAll(children, stores)),
  };
}

async function stopAll(children: readonly SupervisedChild[], stores: Stores): Promise<void> {
  // The API says goodbye to SDKs and consoles before anything it needs is gone.
  const front = children.filter(({ name }) => !name.startsWith('worker'));
  const workers = children.filter(({ name }) => name.startsWith('worker'));
  await Promise.all(front.map((child) => child.stop()));
  await Promise.all(workers.map((child) => child.stop()));
  for (const child of children) child.close();
  await stores.stop();
}
