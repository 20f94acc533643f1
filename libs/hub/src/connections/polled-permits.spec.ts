import type { ClientFrame, PermitFrame, ServerFrame, SignalItem } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { makeChanges, makeRig, makeView, type Rig, settle } from '../hub.fake.js';

const open = makeView('stripe', 4, { state: 'open', admission: 0 });
const probing = (version: number, round: number, permits = 3) =>
  makeView('stripe', version, {
    state: 'probing',
    admission: 0,
    probe: { round, permits, ttlMs: 5_000 },
  });

/** An instance that polls, as its SDK does. */
class Poller {
  #batch = 0;
  #sent: readonly ClientFrame[] = [];

  constructor(
    readonly rig: Rig,
    readonly id: string,
  ) {}

  /** Posts rejections and what `say` has given; answers with the permits that it gets. */
  async post(version: number, state = `e1.${this.rig.hub.seq}`): Promise<PermitFrame[]> {
    this.#batch += 1;
    const items: SignalItem[] = [{ b: 'stripe', v: version, c: [[0, 0, 0, 0, 0, 0, 3]] }];
    const frames: ClientFrame[] = [{ t: 'signal', n: this.#batch, items }, ...this.#sent];
    this.#sent = [];
    const answer = await this.rig.hub.exchange(
      { id: 'key-1' },
      {
        instance: { id: this.id, service: 'checkout', sdk: 'js/0.1.0' },
        connection: 'c1',
        state,
        frames: frames.map((frame) => JSON.stringify(frame)),
      },
    );
    return answer.frames
      .map((text) => JSON.parse(text) as ServerFrame)
      .filter((frame) => frame.t === 'permit');
  }

  say(...frames: readonly ClientFrame[]): void {
    this.#sent = frames;
  }
}

const answerTo = ({ b, v, round, id }: PermitFrame): ClientFrame => ({
  t: 'probe',
  b,
  v,
  round,
  id,
  ok: true,
});

async function probe({ hub }: Rig, version: number, round: number): Promise<void> {
  hub.applyChanges(makeChanges(hub.seq, [['stripe', probing(version, round)]]));
  await settle();
}

describe('permits for instances that poll', () => {
  it.each([1, 2, 3, 20])(
    'bring %d instances without sockets to the end of a round, with no call too many',
    async (instances) => {
      const rig = makeRig([open]);
      const fleet = Array.from({ length: instances }, (_, i) => new Poller(rig, `i${i}`));
      for (const poller of fleet) await poller.post(4);
      await probe(rig, 5, 1);
      const given: PermitFrame[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        for (const poller of fleet) {
          const permits = await poller.post(5);
          poller.say(...permits.map(answerTo));
          given.push(...permits);
        }
      }
      for (const poller of fleet) await poller.post(5);
      await settle();
      expect(given.map(({ id }) => id)).toEqual(['5.1.0', '5.1.1', '5.1.2']);
      expect(rig.ports.probes.map(({ id }) => id).sort()).toEqual(['5.1.0', '5.1.1', '5.1.2']);
    },
  );

  it('come with the answer to the very frames that show the demand', async () => {
    const rig = makeRig([open]);
    await probe(rig, 5, 1);
    expect(await new Poller(rig, 'i1').post(5)).toMatchObject([
      { t: 'permit', b: 'stripe', v: 5, round: 1, id: '5.1.0', ttlMs: 5_000 },
    ]);
  });

  it('wait until the instance has applied the state that they are for', async () => {
    const rig = makeRig([open]);
    const poller = new Poller(rig, 'i1');
    await probe(rig, 5, 1);
    expect(await poller.post(4, 'e1.10')).toEqual([]);
    expect(await poller.post(5, 'e1.11')).toHaveLength(1);
  });

  it('are one at a time for each instance', async () => {
    const rig = makeRig([open]);
    const poller = new Poller(rig, 'i1');
    await probe(rig, 5, 1);
    expect(await poller.post(5)).toHaveLength(1);
    expect(await poller.post(5)).toEqual([]);
  });

  it('are not kept for an instance that does not wait for an answer', async () => {
    const rig = makeRig([open]);
    await new Poller(rig, 'i1').post(4);
    await probe(rig, 5, 1);
    expect(rig.ports.claims).toBe(0);
  });

  it('go to all that wait for an answer when the store gives them', async () => {
    const rig = makeRig([open]);
    const fleet = ['i1', 'i2', 'i3', 'i4'].map((id) => new Poller(rig, id));
    await probe(rig, 5, 1);
    const post = async (): Promise<readonly string[]> => {
      const answers = await Promise.all(fleet.map((poller) => poller.post(5)));
      expect(answers.every((permits) => permits.length <= 1)).toBe(true);
      for (const [at, permits] of answers.entries()) fleet[at]?.say(...permits.map(answerTo));
      return answers.flat().map(({ id }) => id);
    };
    expect(await post()).toEqual(['5.1.0']);
    expect([...(await post())].sort()).toEqual(['5.1.1', '5.1.2']);
  });

  it('are waited for half a second, and then go to the next that asks', async () => {
    const rig = makeRig([open]);
    await probe(rig, 5, 1);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const claim = rig.ports.claimPermits.bind(rig.ports);
    rig.ports.claimPermits = async (...about) => {
      await held;
      return claim(...about);
    };
    const late = new Poller(rig, 'i1').post(5);
    await rig.pass(600);
    expect(await late).toEqual([]);
    release();
    await settle();
    expect(await new Poller(rig, 'i2').post(5)).toMatchObject([{ id: '5.1.0' }]);
  });

  it('are asked for again after a store that did not answer', async () => {
    const rig = makeRig([open]);
    const poller = new Poller(rig, 'i1');
    await probe(rig, 5, 1);
    rig.ports.failClaim = true;
    expect(await poller.post(5)).toEqual([]);
    rig.ports.failClaim = false;
    expect(await poller.post(5)).toHaveLength(1);
  });
});
