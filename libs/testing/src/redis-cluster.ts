import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type RedisServer, startRedis } from '@recloser/platform';
import { Redis } from 'ioredis';

const SLOTS = 16_384;

export interface RedisClusterServer {
  /** One of the nodes; the others are found through it. */
  readonly url: string;
  /** Runs a command on every node. */
  onEveryNode(command: string, ...args: string[]): Promise<void>;
  close(): Promise<void>;
}

/** An empty Redis cluster of three masters without replicas. */
export async function testRedisCluster(): Promise<RedisClusterServer> {
  const nodes = await Promise.all([startNode(), startNode(), startNode()] as const);
  const clients = nodes.map(({ server }) => new Redis(server.url));
  const close = async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(nodes.map(({ server }) => server.stop()));
  };
  try {
    await Promise.all(clients.map((client, i) => join(client, i, nodes)));
    await Promise.all(clients.map((client) => settled(client, nodes.length)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: nodes[0].server.url,
    onEveryNode: async (command, ...args) => {
      await Promise.all(clients.map((client) => client.call(command, ...args)));
    },
    close,
  };
}

interface Node {
  readonly server: RedisServer;
  readonly busPort: number;
}

/** A port that was free may be somebody else's by the time the server wants it: then with others. */
async function startNode(attempts = 5): Promise<Node> {
  const busPort = await freePort();
  const args = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
  try {
    return { server: await startRedis(args), busPort };
  } catch (error) {
    if (attempts === 1) throw error;
    return startNode(attempts - 1);
  }
}

async function join(client: Redis, index: number, nodes: readonly Node[]): Promise<void> {
  const from = Math.floor((SLOTS * index) / nodes.length);
  const to = Math.floor((SLOTS * (index + 1)) / nodes.length) - 1;
  await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
  for (const { server, busPort } of nodes) {
    await client.call('CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(busPort));
  }
}

async function settled(client: Redis, nodes: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    const ready = ['cluster_state:ok', `cluster_known_nodes:${nodes}`, `cluster_size:${nodes}`];
    if (ready.every((line) => info.includes(line))) return;
    if (Date.now() > deadline) throw new Error(`The cluster did not come up: ${info}`);
    await sleep(50);
  }
}
