import type { LocalOpenings } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

/** A client that rejects on its own since 41 s; its last failure was 2 s ago. */
function alone(client: FakeClient): void {
  client.signal({ b: 'stripe', v: 1, c: [[0, 0, 0, 0, 0, 0, 5]], o: [41_000, 20, 19, 2_000] });
}

type Rig = ReturnType<typeof makeRig>;

async function told({ hub, ports }: Rig): Promise<LocalOpenings | undefined> {
  const before = ports.batches.length;
  await hub.flush();
  return ports.batches
    .slice(before)
    .at(-1)
    ?.census.find(({ windowMs }) => windowMs === 2_000)?.local;
}

describe('instances that opened by themselves', () => {
  it('are counted by key beside all that have demand, on the store’s clock', async () => {
    const rig = makeRig();
    const clients = ['i1', 'i2'].map((id) => rig.connect(id));
    for (const client of clients) alone(client);
    const leaked = new FakeClient(rig.hub, 'i3', 'key-2').hello();
    leaked.report('stripe', 1, [0, 9]);
    const now = Math.round(rig.clock.storeNow());
    expect(await told(rig)).toEqual({
      keys: [
        { keyId: 'key-1', reporting: 2, opened: 2, openedAt: [now - 41_000, now - 41_000] },
        { keyId: 'key-2', reporting: 1, opened: 0, openedAt: [] },
      ],
      well: 1,
      calls: 40,
      failures: 38,
      failedAt: now - 2_000,
      heardAt: now,
    });
  });

  it('keep the time at which they were first heard', async () => {
    const rig = makeRig();
    const client = rig.connect('i1');
    alone(client);
    const first = await told(rig);
    rig.clock.time += 1_500;
    alone(client);
    expect((await told(rig))?.heardAt).toBe(first?.heardAt);
  });

  it.each<[string, (client: FakeClient, rig: Rig) => void]>([
    ['they say so no more', (client) => client.report('stripe', 1, [0, 0, 0, 0, 0, 0, 5])],
    ['they had no demand for 5 s', (_, { clock }) => void (clock.time += 5_300)],
    [
      'their latest probes succeed',
      (client) => {
        client.signal({ b: 'stripe', v: 1, c: [[0, 3]], o: [41_000, 20, 19, 2_000] });
      },
    ],
    [
      'the breaker has another version',
      (_, { hub }) => {
        hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
      },
    ],
    [
      'hardly anything of theirs failed',
      (client) => {
        client.signal({ b: 'stripe', v: 1, c: [[0, 0, 0, 0, 0, 0, 5]], o: [41_000, 20, 1, 2_000] });
      },
    ],
  ])('count no more when %s', async (_, change) => {
    const rig = makeRig();
    const client = rig.connect('i1');
    alone(client);
    expect((await told(rig))?.keys[0]?.opened).toBe(1);
    change(client, rig);
    expect((await told(rig))?.keys[0]?.opened ?? 0).toBe(0);
  });
});
