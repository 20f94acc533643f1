import { describe, expect, it } from 'vitest';
import {
  makeConnected,
  makeFull,
  makeRig,
  makeView,
  type FakeSystem,
  type Rig,
} from '../sdk.fake.js';

const OPEN = makeView('a', { state: 'open', admission: 0, version: 2 });

/** Takes over with a breaker that is open, and answers which share of the calls may probe once it is due. */
async function probeShare({ system, recloser }: Rig): Promise<number> {
  const breaker = recloser.breaker('a');
  system.socket.end();
  await system.pass(20_000);
  let smallest = 1;
  let largest = 0;
  // Whether a call is a probe depends on one random number: looks for where it no longer is.
  for (let i = 0; i < 20; i += 1) {
    system.nextRandom = (smallest + largest) / 2;
    const probed = await isProbed(system, breaker);
    if (probed) largest = system.nextRandom;
    else smallest = system.nextRandom;
  }
  return largest;
}

async function isProbed(
  system: FakeSystem,
  breaker: ReturnType<Rig['recloser']['breaker']>,
): Promise<boolean> {
  let probed = false;
  const cancelled = Object.assign(new Error('cancelled'), { name: 'AbortError' });
  // One that is cancelled tells nothing, so the breaker stays as it is.
  const probe = () => {
    probed = true;
    return Promise.reject(cancelled);
  };
  await breaker.protect(probe).catch(() => undefined);
  await system.pass(1_500);
  return probed;
}

describe('probes when cut off', () => {
  it.each([
    [240, 1 / 240],
    [1, 1 / 4],
    [undefined, 1 / 10],
  ])('of a fleet of %s are one call in so many', async (fleet, share) => {
    const rig = makeRig();
    rig.system.socket.open();
    rig.system.socket.frame({ ...makeFull([OPEN]), ...(fleet && { fleet }) });
    expect(await probeShare(rig)).toBeCloseTo(share, 4);
  });

  it('follow the last ping', async () => {
    const rig = makeConnected([OPEN]);
    rig.system.socket.frame({ t: 'ping', id: 1, lease: true, fleet: 50 });
    rig.system.socket.frame({ t: 'ping', id: 2, lease: true });
    expect(await probeShare(rig)).toBeCloseTo(1 / 50, 4);
  });

  it('remember the fleet over a restart', async () => {
    const { system, recloser } = makeConnected([OPEN], { snapshotFile: '/f' });
    system.socket.frame({ t: 'ping', id: 1, lease: true, fleet: 70 });
    await system.pass(1_100);
    await recloser.close();
    expect(JSON.parse(system.files.get('/f') ?? '')).toMatchObject({ fleet: 70 });
  });
});
