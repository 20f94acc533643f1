import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PlatformOptions } from './platform-options.js';
import type { Stores } from './platform-stores.js';
import { freePort } from './ports.js';
import { builtFile, repositoryPath } from './repository.js';
import type { ChildSpec } from './supervised-child.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * What to start and how, once the stores are open. Checked before anything runs:
 * @throws PlatformError `not_built`.
 */
export async function childSpecs(
  options: PlatformOptions,
  address: Address,
): Promise<(stores: Stores) => ChildSpec[]> {
  const api = builtFile('apps/api/dist/main.js');
  const worker = builtFile('apps/worker/dist/main.js');
  const withWeb = options.web !== false;
  if (withWeb) builtFile('apps/web/.next/BUILD_ID');
  const webPort = await freePort();
  const workerPorts = await Promise.all(
    Array.from({ length: options.workers ?? 1 }, () => freePort()),
  );
  const consoleUrl = withWeb ? `http://127.0.0.1:${webPort}` : undefined;
  return (stores) => {
    const env = sharedEnv(options, stores);
    return [
      ...workerPorts.map((port, index) =>
        workerSpec(worker, index + 1, port, { PUBLIC_URL: origin(address), ...env }),
      ),
      apiSpec(api, { options, address, stores, consoleUrl, env }),
      ...(withWeb ? [webSpec(webPort, address, options)] : []),
    ];
  };
}

type Env = Readonly<Record<string, string>>;

function sharedEnv(options: PlatformOptions, stores: Stores): Env {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: stores.databaseUrl,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...options.env,
  };
}

function workerSpec(file: string, number: number, port: number, env: Env): ChildSpec {
  return {
    name: `worker-${number}`,
    args: [file],
    cwd: repositoryPath('apps/worker'),
    env: { ...env, WORKER_HEALTH_PORT: String(port) },
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
    liveUrl: `http://127.0.0.1:${port}/health/live`,
  };
}

interface ApiParts {
  readonly options: PlatformOptions;
  readonly address: Address;
  readonly stores: Stores;
  readonly consoleUrl: string | undefined;
  readonly env: Env;
}

function apiSpec(file: string, parts: ApiParts): ChildSpec {
  const { options, address, stores, consoleUrl, env } = parts;
  return {
    name: 'api',
    args: [file],
    cwd: repositoryPath('apps/api'),
    env: {
      AUTH_SECRET: stores.authSecret,
      ...(options.admin
        ? { ADMIN_EMAIL: options.admin.email, ADMIN_PASSWORD: options.admin.password }
        : {}),
      ...(consoleUrl === undefined ? {} : { CONSOLE_URL: consoleUrl }),
      ...env,
      HOST: address.host,
      PORT: String(address.port),
    },
    readyUrl: `${origin(address)}/health/ready`,
    liveUrl: `${origin(address)}/health/live`,
  };
}

function webSpec(port: number, api: Address, options: PlatformOptions): ChildSpec {
  const cwd = repositoryPath('apps/web');
  const manifest = createRequire(join(cwd, 'package.json')).resolve('next/package.json');
  const next = join(dirname(manifest), 'dist', 'bin', 'next');
  return {
    name: 'web',
    args: [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)],
    cwd,
    env: {
      NODE_ENV: 'production',
      ...options.env,
      API_URL: origin(api),
      NEXT_TELEMETRY_DISABLED: '1',
    },
    readyUrl: `http://127.0.0.1:${port}/sign-in`,
    liveUrl: `http://127.0.0.1:${port}/sign-in`,
    readyBelow: 500,
    quiet: true,
  };
}

/** Where this machine reaches it. */
function origin({ host, port }: Address): string {
  return `http://${reachable(host)}:${port}`;
}

/** An address that listens everywhere is reached over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
