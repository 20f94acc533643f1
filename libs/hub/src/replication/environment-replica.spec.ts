import type { BreakerView } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { createHub } from '../environment-hub.js';
import { EnvironmentReplica } from './environment-replica.js';
import type { Hub } from '../hub.js';
import type { HubPorts } from '../ports.js';

const log = { warn: () => undefined };
const call = { timeoutMs: null, stallMs: null, slowMs: null };
const view = (key: string): BreakerView => ({
  key,
  version: 1,
  state: 'closed',
  mode: 'auto',
  admission: 2 ** 32,
  salt: 's',
  cohortKey: 'accountId',
  rules: [],
  call,
  retryAfterMs: null,
});
const change = (seq: number) => ({ seq, key: `b${seq}`, view: view(`b${seq}`) });

const ports: HubPorts = {
  append: async () => undefined,
  reportPresence: async () => undefined,
  claimPermits: async () => [],
  recordProbe: async () => undefined,
  markDirty: async () => undefined,
  wake: () => undefined,
  discover: () => undefined,
  refresh: () => undefined,
  countInstances: async () => 0,
  evaluatorAlive: () => true,
  random: () => 0.5,
  onError: () => undefined,
};

/** A change log in memory, of which the first `forgotten` changes are not kept any more. */
function setUp({ head = 5, forgotten = 0 } = {}) {
  const world = { head, epoch: 'e', fails: 0, reads: 0 };
  const states = {
    snapshot: async () => {
      if (world.fails > 0) {
        world.fails -= 1;
        throw new Error('no database');
      }
      return { epoch: world.epoch, seq: world.head, now: 0, breakers: [] };
    },
  };
  const changes = {
    since: async (_id: string, epoch: string, seq: number, limit: number) => {
      world.reads += 1;
      if (epoch !== world.epoch || seq < forgotten || seq > world.head) return 'gone' as const;
      const all = Array.from({ length: world.head - seq }, (_, i) => change(seq + 1 + i));
      return { epoch, seq: world.head, changes: all.slice(0, limit) };
    },
  };
  const segments = { contents: async () => [] };
  const environment = { id: 'env', key: 'production', kind: 'production' as const };
  const hub = createHub({ hubId: 'hub', environment }, { now: () => 0, storeNow: () => 0 }, ports);
  const node = new EnvironmentReplica({
    environmentId: 'env',
    db: { states, changes, segments },
    hub,
    log,
  });
  const heard: (number | null)[] = [];
  node.onChanges((set) => heard.push(set?.seq ?? null));
  return { world, hub, node, heard };
}

/** What an SDK gets that resumes from `seq`: "delta" or "full". */
function resumed(hub: Hub, seq: number): string {
  const frames: { t: string }[] = [];
  const socket = {
    send: (text: string) => void frames.push(JSON.parse(text) as { t: string }),
    sendChunk: ({ text }: { text: string }) => void frames.push(JSON.parse(text) as { t: string }),
    bufferedBytes: () => 0,
    close: () => undefined,
  };
  const instance = { id: `i${seq}`, service: 's', sdk: 'test/1' };
  const hello = { t: 'hello', v: 1, instance, resume: { epoch: hub.epoch, seq } };
  hub.connect(socket, { id: 'key' }).receive(JSON.stringify(hello));
  return frames[0]?.t ?? 'nothing';
}

describe('EnvironmentReplica', () => {
  it('starts with a snapshot from which recent SDKs can resume', async () => {
    const { node, hub, heard } = setUp({ head: 5 });
    node.sync();
    await node.settled();
    expect([hub.ready, hub.seq]).toEqual([true, 5]);
    expect(resumed(hub, 0)).toBe('delta');
    expect(resumed(hub, 4)).toBe('delta');
    expect(heard).toEqual([null]);
  });

  it('goes back as far as changes are kept', async () => {
    const { node, hub } = setUp({ head: 1_000, forgotten: 700 });
    node.sync();
    await node.settled();
    expect(hub.seq).toBe(1_000);
    expect([resumed(hub, 800), resumed(hub, 799)]).toEqual(['delta', 'full']);
  });

  it('reads what is announced, once, and nothing that it knows', async () => {
    const { node, hub, world, heard } = setUp();
    node.sync();
    await node.settled();
    world.head = 7;
    world.reads = 0;
    node.announced(6);
    node.announced(7);
    await node.settled();
    node.announced(7);
    await node.settled();
    expect(hub.seq).toBe(7);
    expect(world.reads).toBeLessThanOrEqual(2);
    expect(heard).toEqual([null, 7]);
  });

  it('takes its own commits without reading, and reads when one before is missing', async () => {
    const { node, hub, world, heard } = setUp();
    node.sync();
    await node.settled();
    world.reads = 0;
    node.committed({ epoch: 'e', from: 5, seq: 6, changes: [change(6)] });
    expect([hub.seq, world.reads]).toEqual([6, 0]);
    world.head = 8;
    node.committed({ epoch: 'e', from: 7, seq: 8, changes: [change(8)] });
    await node.settled();
    expect(hub.seq).toBe(8);
    expect(heard).toEqual([null, 6, 8]);
  });

  it('takes a snapshot when the epoch changes or its place is not kept', async () => {
    const { world, node, hub, heard } = setUp({ head: 3 });
    node.sync();
    await node.settled();
    world.epoch = 'f';
    node.checked('f', 3);
    await node.settled();
    expect(hub.epoch).toBe('f');
    expect(heard).toEqual([null, null]);
  });

  it('survives a database that does not answer', async () => {
    const { node, hub, world } = setUp();
    world.fails = 1;
    node.sync();
    await node.settled();
    expect(hub.ready).toBe(false);
    node.checked('e', 5);
    await node.settled();
    expect(hub.ready).toBe(true);
  });
});
