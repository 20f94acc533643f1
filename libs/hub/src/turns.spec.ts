import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView, type Rig } from './hub.fake.js';

const SOCKETS = 2_000;
/** How long one send or close takes, ms. */
const SEND_MS = 0.05;
/** Nothing holds the event loop for longer, ms. */
const LONGEST_MS = 50;

/** A hub with many sockets, each of whose writes takes time, and the turns that it took. */
function makeBusyRig(breakers: Parameters<typeof makeRig>[0]) {
  const rig = makeRig(breakers);
  const later: (() => void)[] = [];
  rig.ports.defer = (run) => void later.push(run);
  const turns: number[] = [];
  const turn = (work: () => void): void => {
    const start = rig.clock.time;
    work();
    turns.push(rig.clock.time - start);
  };
  const finish = (): void => {
    for (let run = later.shift(); run !== undefined; run = later.shift()) turn(run);
  };
  const clients = Array.from({ length: SOCKETS }, (_, index) => {
    const client = new FakeClient(rig.hub, `i-${index}`, 'key-1');
    client.socket.spend = () => void (rig.clock.time += SEND_MS);
    return client;
  });
  return { ...rig, clients, turn, turns, finish };
}

type BusyRig = ReturnType<typeof makeBusyRig>;

const closed = ({ clients }: BusyRig) =>
  clients.filter(({ socket }) => socket.closedWith !== null).length;
const got = ({ clients }: BusyRig, kind: 'full' | 'delta' | 'goodbye') =>
  clients.filter(({ socket }) => socket.of(kind).length === 1).length;

/** Each says hello in a turn of its own, as sockets do. */
function connectAll(rig: BusyRig): void {
  for (const client of rig.clients)
    rig.turn(() => void client.hello(undefined, undefined, ['parts']));
  rig.finish();
}

const trip: Parameters<Rig['hub']['applyChanges']>[0] = makeChanges(10, [
  ['stripe', makeView('stripe', 2)],
]);

describe('with thousands of sockets, the hub leaves others their turns', () => {
  it.each<[string, (rig: BusyRig) => void, (rig: BusyRig) => number]>([
    ['a change', ({ hub }) => void hub.applyChanges(trip), (rig) => got(rig, 'delta')],
    [
      'a state of another epoch',
      ({ hub }) => hub.replaceSnapshot({ epoch: 'e2', seq: 3, breakers: [makeView('stripe')] }),
      ({ clients }) => clients.filter(({ socket }) => socket.of('full').length === 2).length,
    ],
    ['a revoked key', ({ hub }) => hub.closeKey('key-1'), closed],
    ['a goodbye', ({ hub }) => hub.goodbye('shutdown', 3_000), (rig) => got(rig, 'goodbye')],
    ['the end', ({ hub }) => hub.closeAll('shutdown'), closed],
  ])('%s reaches all of them', (_, act, reached) => {
    const rig = makeBusyRig([makeView('stripe')]);
    connectAll(rig);
    rig.turns.length = 0;
    rig.turn(() => act(rig));
    rig.finish();
    expect(reached(rig)).toBe(SOCKETS);
    expect(Math.max(...rig.turns)).toBeLessThan(LONGEST_MS);
    // In one turn it would have taken a tenth of a second.
    expect(rig.turns.length).toBeGreaterThan(2);
  });

  it('the first state reaches all who waited for it', () => {
    const rig = makeBusyRig(null);
    connectAll(rig);
    rig.turn(() =>
      rig.hub.replaceSnapshot({ epoch: 'e1', seq: 10, breakers: [makeView('stripe')] }),
    );
    rig.finish();
    expect(got(rig, 'full')).toBe(SOCKETS);
    expect(Math.max(...rig.turns)).toBeLessThan(LONGEST_MS);
  });

  it('a change that comes while another is sent reaches all, each in its order', () => {
    const rig = makeBusyRig([makeView('stripe')]);
    connectAll(rig);
    rig.turn(() => void rig.hub.applyChanges(trip));
    rig.turn(() => void rig.hub.applyChanges(makeChanges(11, [['stripe', makeView('stripe', 3)]])));
    rig.finish();
    for (const { socket } of rig.clients) {
      const seqs = socket.of('delta').map(({ from, seq }) => [from, seq]);
      expect(seqs[0]?.[0]).toBe(10);
      expect(seqs.at(-1)?.[1]).toBe(12);
      expect(seqs.slice(1).every(([from], index) => from === seqs[index]?.[1])).toBe(true);
    }
  });

  it('says at once that a change has arrived everywhere, however many turns it took to send it', async () => {
    const rig = makeBusyRig([makeView('stripe', 1)]);
    connectAll(rig);
    const ramp = { state: 'ramping' as const };
    rig.turn(
      () => void rig.hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2, ramp)]])),
    );
    rig.finish();
    const before = rig.ports.presences.length;
    for (const client of rig.clients) client.ack(11);
    await Promise.resolve();
    expect(rig.ports.presences.length).toBe(before + 1);
    expect(rig.ports.presences.at(-1)?.acked).toEqual([[11, SOCKETS]]);
  });
});
