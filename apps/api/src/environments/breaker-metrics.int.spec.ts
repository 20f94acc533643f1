import { SDK_PROTOCOL_VERSION } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { eventually } from '../testing/poll.js';
import { migrated, PRODUCTION } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
const open: TestSocket[] = [];

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url, { metricsMaxBreakers: 2 });
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  for (const socket of open) socket.kill();
  await node.stop();
  await postgres.close();
});

/** The values of the breaker metrics, by name and labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const authorization = 'Bearer metrics-token';
  const { status, body } = await node.anonymous.get('/metrics', { authorization });
  expect(status).toBe(200);
  const lines = (body as string).split('\n').filter((line) => line.startsWith('recloser_'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      const name = line.slice(0, end).replace(/,?service="api"/, '');
      return [
        name.replace('project="default",environment="production",', ''),
        Number(line.slice(end)),
      ];
    }),
  );
}

const seen = (name: string, value: number) =>
  eventually(`${name} is ${value}`, async () =>
    (await scrape()).get(name) === value ? true : null,
  );

async function connect(key: string, id: string): Promise<{ socket: TestSocket; seq: number }> {
  const socket = await TestSocket.open(`${node.url}/v1/sdk`, { authorization: `Bearer ${key}` });
  open.push(socket);
  const instance = { id, service: 'checkout', sdk: 'test/1' };
  socket.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
  const full = await socket.next('full');
  const seq = full['seq'] as number;
  socket.send({ t: 'ack', seq });
  return { socket, seq };
}

it('a scrape tells of each breaker what state it is in, why it moved, and who has not applied it', async () => {
  for (const key of ['a', 'b', 'c']) {
    const made = await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test' });
    expect(made.status).toBe(201);
  }
  const { key } = (await admin.post(`${PRODUCTION}/keys`, { name: 'test' })).body as {
    key: string;
  };
  const applies = await connect(key, 'applies');
  await connect(key, 'stays-behind');
  await seen('recloser_breaker_state{breaker="a",state="closed"}', 1);
  await seen('recloser_breaker_admission_ratio{breaker="a"}', 1);
  await seen('recloser_breaker_instances_behind{breaker="a"}', 0);
  await seen('recloser_breakers_unnamed{}', 1);
  await seen('recloser_breaker_state{breaker="(others)",state="closed"}', 1);

  const tripped = await admin.post(`${PRODUCTION}/breakers/a/trip`, { reason: 'test' });
  const { seq } = tripped.body as { seq: number };
  await admin.post(`${PRODUCTION}/breakers/c/trip`, { reason: 'test' });
  await seen('recloser_breaker_state{breaker="a",state="open"}', 1);
  await seen('recloser_breaker_state{breaker="a",state="closed"}', 0);
  await seen('recloser_breaker_admission_ratio{breaker="a"}', 0);
  await seen('recloser_breaker_instances_behind{breaker="a"}', 2);
  applies.socket.send({ t: 'ack', seq });
  await seen('recloser_breaker_instances_behind{breaker="a"}', 1);
  await seen('recloser_breaker_instances_behind{breaker="b"}', 0);
  await seen('recloser_breaker_instances_behind{breaker="(others)"}', 2);
  await seen('recloser_breaker_state{breaker="(others)",state="open"}', 1);

  const found = await scrape();
  const counted = [...found].filter(([name]) => name.startsWith('recloser_breaker_transitions'));
  expect(counted).toEqual([
    ['recloser_breaker_transitions_total{breaker="a",cause="command"}', 1],
    ['recloser_breaker_transitions_total{breaker="c",cause="command"}', 1],
  ]);
});

it('a scrape counts instances that poll, and those of them that have not applied a change', async () => {
  const made = await admin.post(`${PRODUCTION}/keys`, { name: 'polls' });
  const { key } = made.body as { key: string };
  const connected = 'recloser_instances_connected{project="default",environment="production"}';
  const before = (await scrape()).get(connected) ?? 0;
  const post = (frames: readonly object[]) =>
    node.anonymous.post(
      '/v1/sdk/frames',
      {
        instance: { id: 'polls', service: 'checkout', sdk: 'test/1' },
        connection: 'first',
        frames,
      },
      { authorization: `Bearer ${key}` },
    );
  await post([]);
  await seen(connected, before + 1);
  const behind = async () =>
    (await scrape()).get('recloser_breaker_instances_behind{breaker="b"}') ?? Number.NaN;
  const tripped = await admin.post(`${PRODUCTION}/breakers/b/trip`, { reason: 'test' });
  const { seq } = tripped.body as { seq: number };
  const then = await behind();
  await post([{ t: 'ack', seq }]);
  expect(await behind()).toBe(then - 1);
});
