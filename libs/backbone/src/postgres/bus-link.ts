import { closeClient, createClient } from '@recloser/postgres';
import type { Pool } from 'pg';
import { isBusTopic } from '../bus-payload.js';
import type { BusConnection, BusLink } from '../listening-bus.js';
import { BUS_TOPICS, type BusTopic } from '../ports.js';

const CHANNEL = 'recloser_';
const TIMEOUT_MS = 2_000;

/** LISTEN/NOTIFY. `listenUrl` is a direct connection: a pooler would drop the LISTEN. */
export function postgresBusLink(pool: Pool, listenUrl: string, name: string): BusLink {
  return {
    publish: (topic, text) =>
      pool.query({
        name: 'recloser-notify',
        text: 'SELECT pg_notify($1, $2)',
        values: [CHANNEL + topic, text],
      }),
    listen: (deliver) => listen(listenUrl, name, deliver),
  };
}

async function listen(
  listenUrl: string,
  name: string,
  deliver: (topic: BusTopic, text: string) => void,
): Promise<BusConnection> {
  const client = createClient(listenUrl, {
    name: `recloser:${name}:listen`,
    connectMs: TIMEOUT_MS,
    statementMs: TIMEOUT_MS,
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.on('error', () => resolve());
  });
  client.on('notification', ({ channel, payload }) => {
    const topic = channel.slice(CHANNEL.length);
    if (isBusTopic(topic)) deliver(topic, payload ?? '');
  });
  const close = () => closeClient(client, TIMEOUT_MS);
  try {
    await client.connect();
    await client.query(BUS_TOPICS.map((topic) => `LISTEN ${CHANNEL}${topic}`).join('; '));
  } catch (error) {
    await close();
    throw error;
  }
  return { ended, ping: () => client.query('SELECT 1'), close };
}
