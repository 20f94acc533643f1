import { describe, expect, it } from 'vitest';
import { makeRig } from '../hub.fake.js';

const HOUR_MS = 3_600_000;

/** What the hub tells of waits, of those that last. */
async function told(waits: readonly (number | undefined)[]) {
  const { hub, clock, ports, connect } = makeRig();
  waits.forEach((r, index) => {
    const item = {
      b: 'stripe',
      v: 1,
      c: [[0, 0, 0, 0, 0, 0, 0, 1]],
      ...(r !== undefined && { r }),
    };
    connect(`i${index}`).signal(item);
  });
  await hub.flush();
  const rows = ports.batches.flatMap(({ census }) => census);
  return { wait: rows.at(-1)?.wait, now: clock.storeNow() };
}

describe('waits that a dependency asks for', () => {
  it('are reported with the number of instances that have to wait at least that long', async () => {
    const { wait, now } = await told([30_000, 10_000, 30_000, undefined]);
    expect(wait).toEqual({
      reporting: 4,
      until: [
        [now + 30_000, 2],
        [now + 10_000, 3],
      ],
    });
  });

  it('are not reported where nobody has to wait', async () => {
    expect((await told([undefined, 0])).wait).toBeUndefined();
  });

  it('have at most 17 times, of which the latest is shared by a sixteenth', async () => {
    const { wait, now } = await told(Array.from({ length: 64 }, (_, index) => (index + 1) * 1_000));
    expect(wait?.until.length).toBeLessThanOrEqual(17);
    expect(wait?.until[0]).toEqual([now + 61_000, 4]);
    expect(wait?.until.at(-1)).toEqual([now + 1_000, 64]);
  });

  it('of more than an hour spoil the frame', async () => {
    expect((await told([HOUR_MS + 1])).wait).toBeUndefined();
    expect((await told([HOUR_MS])).wait).toBeDefined();
  });
});
