import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type RedisServer, startRedis } from '@recloser/platform';
import { Redis } from 'ioredis';
import type { TestAuthority } from './authority.js';

const NAME = 'mymaster';
const SENTINELS = 3;
const QUORUM = 2;
const SETTLE_MS = 60_000;
const PAUSE_MS = 50;

export interface SentinelOptions {
  /** All speak TLS with certificates of this authority. */
  readonly authority?: TestAuthority;
  readonly password?: string;
  readonly sentinelPassword?: string;
}

/** A master with one replica, and three Sentinels that watch them. */
export interface RedisSentinels {
  /** The host in it is the master's name. */
  readonly url: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** How long the Sentinels wait before they take the master for dead, in ms. */
  readonly downAfterMs: number;
  /**
   * kill -9 of the present master, or a stop in which it keeps its connections; resolves with its process id when another
   * one has taken its place.
   */
  loseMaster(signal: 'SIGKILL' | 'SIGSTOP'): Promise<number>;
  close(): Promise<void>;
}

interface Server {
  readonly server: RedisServer;
  /** Where clients connect: the TLS port, if there is one. */
  readonly port: number;
}

export async function testSentinels(options: SentinelOptions = {}): Promise<RedisSentinels> {
  const folder = mkdtempSync(join(tmpdir(), 'recloser-sentinels-'));
  const started: Server[] = [];
  const downAfterMs = 1_000;
  const close = async (): Promise<void> => {
    await Promise.all(started.map(({ server }) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (args: readonly string[], config?: string): Promise<Server> => {
    const one = await startServer(args, options.authority, config);
    started.push(one);
    return one;
  };
  try {
    const { password } = options;
    const login =
      password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
    const master = await start(login);
    const replica = await start([...login, '--replicaof', '127.0.0.1', String(master.port)]);
    const lines = sentinelLines(master.port, downAfterMs, options);
    const watchers: Server[] = [];
    for (let i = 0; i < SENTINELS; i += 1) {
      const file = join(folder, `sentinel-${i}.conf`);
      writeFileSync(file, lines.join('\n'));
      watchers.push(await start(['--sentinel'], file));
    }
    await settled(watchers, options);
    const { protocol, auth } = urlParts(options);
    return {
      url: `${protocol}//${auth}${NAME}/0`,
      sentinels: watchers.map(({ port }) => ({ host: '127.0.0.1', port })),
      downAfterMs,
      loseMaster: async (signal) => {
        const port = await masterPort(watchers, options);
        const present = [master, replica].find((one) => one.port === port);
        if (present === undefined) throw new Error(`Nobody of this test listens on ${port}.`);
        const { pid } = present.server;
        process.kill(pid, signal);
        await until('another master', async () => (await masterPort(watchers, options)) !== port);
        return pid;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startServer(
  args: readonly string[],
  authority: TestAuthority | undefined,
  config: string | undefined,
): Promise<Server> {
  if (authority === undefined) {
    const server = await startRedis(args, config);
    return { server, port: server.port };
  }
  const port = await freePort();
  const { cert, key } = authority.issue(`redis-${port}`);
  const tls = [
    ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--tls-ca-cert-file', authority.ca, '--tls-auth-clients', 'no'],
    ...['--tls-replication', 'yes'],
  ];
  return { server: await startRedis([...tls, ...args], config), port };
}

function sentinelLines(
  masterPort: number,
  downAfterMs: number,
  { password, sentinelPassword }: SentinelOptions,
): string[] {
  return [
    `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${NAME} 5000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
    ...(sentinelPassword === undefined
      ? []
      : [`requirepass ${sentinelPassword}`, `sentinel sentinel-pass ${sentinelPassword}`]),
    '',
  ];
}

function urlParts({ authority, password }: SentinelOptions) {
  return {
    protocol: authority === undefined ? 'redis:' : 'rediss:',
    auth: password === undefined ? '' : `:${encodeURIComponent(password)}@`,
  };
}

/** Each Sentinel knows the two others and the replica: before that, none of them would begin a failover. */
async function settled(watchers: readonly Server[], options: SentinelOptions): Promise<void> {
  for (const watcher of watchers) {
    await until('the Sentinels to know each other', async () => {
      const answer = await ask(watcher, options, 'MASTER', NAME);
      const text = JSON.stringify(answer);
      const knows = [`"num-other-sentinels","${SENTINELS - 1}"`, '"num-slaves","1"'];
      return knows.every((part) => text.includes(part));
    });
  }
}

async function masterPort(watchers: readonly Server[], options: SentinelOptions): Promise<number> {
  const [first] = watchers;
  if (first === undefined) return 0;
  const answer = await ask(first, options, 'GET-MASTER-ADDR-BY-NAME', NAME);
  return Number((answer as readonly [string, string])[1]);
}

/** Over its plain port, which it has besides. */
async function ask(
  { server }: Server,
  { sentinelPassword }: SentinelOptions,
  ...args: string[]
): Promise<unknown> {
  const login = sentinelPassword === undefined ? {} : { password: sentinelPassword };
  const client = new Redis({ port: server.port, enableReadyCheck: false, ...login });
  try {
    return await client.call('SENTINEL', ...args);
  } finally {
    client.disconnect();
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await sleep(PAUSE_MS);
  }
}
