import { commandBreaker, nextDue, type Command } from '@recloser/core';
import { createDatabase, type Database, type NewChannel } from '@recloser/db';
import { createLog, createMetrics } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { NotifyService } from '../notify/notify.service.js';
import { networksOf, targetGuard } from '../outbound/target-guard.js';
import { MIGRATED } from './fleet.js';

export const ADA = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const log = createLog({ name: 'worker', level: 'silent' });
const LOCAL = targetGuard(networksOf(['127.0.0.0/8']));

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

interface Place {
  database: Database;
  /** The database by SQL, as its owner. */
  sql: pg.Pool;
  environmentId: string;
  /** Of the test; names end with it. */
  round: number;
  /** What the receiver answers. */
  status: number;
  /** Answers that differ by message; 0: the connection is cut. */
  answers: (body: Record<string, unknown>) => number;
  received: Received[];
}

/** A receiver, a database, and an environment of its own for each test of the file. */
export const at = { round: 0 } as Place;

let server: TestServer;
let receiver: Server;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  at.database = createDatabase(server.url);
  at.sql = new pg.Pool({ connectionString: server.url, max: 1 });
  await at.database.environments.seedDefaults();
  receiver = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      at.received.push({ headers: request.headers, text, body });
      const answer = at.answers(body);
      if (answer === 0) request.socket.destroy();
      else response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await at.database.close();
  await at.sql.end();
  await server.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

beforeEach(async () => {
  at.round += 1;
  at.status = 204;
  at.answers = () => at.status;
  at.received = [];
  // What an earlier test left waiting is none of the next one's.
  await at.sql.query(`UPDATE channel SET paused = true`);
  const input = { key: `env-${at.round}`, name: 'Env', kind: 'development' } as const;
  at.environmentId = (await at.database.environments.create(ADA, 'default', input)).id;
});

export const worker = (targets = LOCAL) =>
  new NotifyService(
    at.database,
    targets,
    { consoleUrl: 'https://r.example.com' },
    log,
    createMetrics('notify'),
  );

export async function channel(more: Partial<NewChannel> = {}) {
  const { port } = receiver.address() as AddressInfo;
  return at.database.channels.create(at.environmentId, ADA, {
    name: 'on call',
    kind: 'webhook',
    url: `http://127.0.0.1:${port}/hook`,
    events: ['opened', 'closed'],
    tags: [],
    reason: 'test',
    ...more,
  });
}

export async function breaker(key: string, tags: string[] = []): Promise<string> {
  const name = `${key}-${at.round}`;
  await at.database.breakers.create(at.environmentId, ADA, {
    key: name,
    mode: 'auto',
    tags,
    reason: 'r',
  });
  return name;
}

async function move(key: string, input: Command): Promise<void> {
  await at.database.states.commit(at.environmentId, ADA, [key], (locked, now) => {
    const result = commandBreaker(locked, input, now, 0);
    if (!result.ok) throw new Error(result.message);
    const { transition } = result;
    const dueAt = nextDue({ ...locked, ...transition }, now);
    return { transition, action: `breaker.${input.type}`, reason: 'incident 7', dueAt };
  });
}
export const trip = (key: string) => move(key, { type: 'trip', until: null });
export const finish = (key: string) => move(key, { type: 'ramp.finish' });
export const types = () => at.received.map(({ body }) => body['type']);
export async function info() {
  const [first] = await at.database.channels.list(at.environmentId);
  if (first === undefined) throw new Error('there is no channel yet');
  return first;
}

/** Has what waits after a failure tried again now. */
export const hurry = () =>
  at.sql.query(`UPDATE channel SET next_at = NULL WHERE environment_id = $1`, [at.environmentId]);

export async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await worker().run();
    await hurry();
  }
}

/** The log is append-only for everybody; only its owner can let the trigger rest. */
export const ageEvents = () =>
  at.sql.query(`ALTER TABLE audit_event DISABLE TRIGGER USER;
    UPDATE audit_event SET at = at - interval '25 hours';
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only`);
