import { testPostgres } from '@recloser/testing';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { migrated, PRODUCTION } from '../testing/prepare.js';

const BREAKERS = 10_000;
const INSTANCES = 200;

const postgres = await testPostgres(migrated);
let node: TestNode;
let sdkKey: string;

/** Copies one breaker, which is quicker than making so many. */
const COPY = `
  WITH made AS (
    INSERT INTO breaker SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'key', 'copy-' || i))).*
    FROM breaker b, generate_series(2, ${BREAKERS}) i WHERE b.key = 'first' RETURNING id
  )
  INSERT INTO breaker_state SELECT (jsonb_populate_record(s, jsonb_build_object('breaker_id', made.id))).*
  FROM made, breaker_state s JOIN breaker b ON b.id = s.breaker_id WHERE b.key = 'first'`;

/** Connects so many SDKs at once in a thread of its own, and tells when each has its state. One in four is of before. */
const CROWD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { WebSocket } = require(workerData.ws);
  const { inflateSync } = require('node:zlib');
  const started = performance.now();
  const took = [];
  const ends = [];
  for (let i = 0; i < workerData.instances; i += 1) {
    const socket = new WebSocket(workerData.url, { headers: { authorization: workerData.authorization } });
    const features = i % 4 === 0 ? [] : ['scopes', 'parts', 'deflate'];
    let breakers = 0;
    socket.on('open', () => {
      const instance = { id: 'crowd-' + i, service: 'crowd', sdk: 'test/1', features };
      socket.send(JSON.stringify({ t: 'hello', v: 1, instance }));
      // A slow one: nothing is read for two seconds.
      if (i % 10 === 0) {
        socket.pause();
        setTimeout(() => socket.resume(), 2_000);
      }
    });
    socket.on('message', (data, isBinary) => {
      const frame = JSON.parse((isBinary ? inflateSync(data) : data).toString());
      breakers += frame.breakers?.length ?? 0;
      if (frame.t !== 'full') return;
      took.push({ ms: performance.now() - started, breakers });
      if (took.length === workerData.instances) parentPort.postMessage({ took, ends });
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      ends.push(code);
      parentPort.postMessage({ took, ends });
    });
  }`;

interface Told {
  readonly took: readonly { readonly ms: number; readonly breakers: number }[];
  readonly ends: readonly number[];
}

beforeAll(async () => {
  node = await startTestNode(postgres.url);
  const admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  await admin.post(`${PRODUCTION}/breakers`, { key: 'first', reason: 'test' });
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  sdkKey = (body as { key: string }).key;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(COPY);
  await client.end();
}, 120_000);

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

function crowd(instances: number): Promise<Told> {
  const workerData = {
    ws: import.meta.resolve('ws').replace('file://', '').replace('wrapper.mjs', 'index.js'),
    url: `${node.url.replace(/^http/, 'ws')}/v1/sdk`,
    authorization: `Bearer ${sdkKey}`,
    instances,
  };
  const worker = new Worker(CROWD, { eval: true, workerData });
  return new Promise<Told>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  }).finally(() => void worker.terminate());
}

it('200 SDKs that get 10,000 breakers at once leave the event loop its turns', async () => {
  // The state is read once, for the first.
  expect((await crowd(1)).took).toMatchObject([{ breakers: BREAKERS }]);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const { took, ends } = await crowd(INSTANCES);
  delay.disable();
  const longest = delay.max / 1e6;
  const last = Math.max(...took.map(({ ms }) => ms));
  console.info(
    `longest delay ${longest.toFixed(0)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, last state after ${last.toFixed(0)} ms`,
  );
  expect(ends).toEqual([]);
  expect(took.map(({ breakers }) => breakers)).toEqual(Array<number>(INSTANCES).fill(BREAKERS));
  // In one go, the states of 200 sockets take seconds.
  expect(delay.percentile(99) / 1e6).toBeLessThan(250);
  expect(longest).toBeLessThan(1_000);
}, 180_000);
