import type { BusConnection, BusLink } from '../listening-bus.js';
import { BUS_TOPICS, type BusTopic } from '../ports.js';
import type { RedisConnection } from './client.js';
import type { Keys } from './keys.js';

const TIMEOUT_MS = 2_000;

/** Pub/sub. The nodes of a cluster pass messages on to each other, so that any of them will do. */
export function redisBusLink(connection: RedisConnection, keys: Keys): BusLink {
  const channels = new Map(
    BUS_TOPICS.map((topic) => [keys.channel(connection.database, topic), topic]),
  );
  return {
    publish: (topic, text) =>
      connection.client.publish(keys.channel(connection.database, topic), text),
    listen: (deliver) => listen(connection, channels, deliver),
  };
}

async function listen(
  connection: RedisConnection,
  channels: ReadonlyMap<string, BusTopic>,
  deliver: (topic: BusTopic, text: string) => void,
): Promise<BusConnection> {
  const client = connection.single({
    autoResubscribe: false,
    commandTimeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    // Always listened to: an error without a listener would be printed.
    client.on('error', () => undefined);
  });
  client.on('message', (channel, text) => {
    const topic = channels.get(channel);
    if (topic) deliver(topic, text);
  });
  const close = () => {
    client.disconnect();
    return Promise.resolve();
  };
  try {
    await client.connect();
    await client.subscribe(...channels.keys());
  } catch (error) {
    await close();
    throw error;
  }
  return { ended, ping: () => client.ping(), close };
}
