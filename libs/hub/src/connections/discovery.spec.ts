import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

describe('discovery', () => {
  it('asks for an unknown name once in ten seconds', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const client = connect('i1');
    client.send({ t: 'discover', keys: ['stripe', 'search', 'search'] });
    client.send({ t: 'discover', keys: ['search', 'maps'] });
    expect(ports.discovered).toEqual([['search'], ['maps']]);
    await pass(10_000);
    client.send({ t: 'discover', keys: ['search'] });
    expect(ports.discovered.at(-1)).toEqual(['search']);
    hub.applyChanges(makeChanges(10, [['search', makeView('search')]]));
    client.send({ t: 'discover', keys: ['search'] });
    expect(ports.discovered).toHaveLength(3);
    expect(client.socket.of('error')).toEqual([]);
  });

  it('refuses names that cannot be, and names without end', () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('i1');
    client.send({ t: 'discover', keys: ['a/b', ' x', 'fine'] });
    expect(ports.discovered).toEqual([['fine']]);
    expect(client.socket.of('error')).toMatchObject([
      { code: 'invalid_breaker_key', fatal: false },
    ]);
    const invent = (inventor: FakeClient, prefix: string) => {
      for (let i = 0; i < 30; i += 1) {
        const keys = Array.from({ length: 100 }, (_, n) => `${prefix}-${i}-${n}`);
        inventor.send({ t: 'discover', keys });
      }
    };
    invent(client, 'a');
    expect(ports.discovered.flat()).toHaveLength(500);
    expect(client.socket.of('error').at(-1)).toMatchObject({ code: 'discover_limit' });
    // Another key has room of its own, and all together have no more than the environment takes.
    invent(new FakeClient(hub, 'i2', 'key-2').hello(), 'b');
    expect(ports.discovered.flat()).toHaveLength(1_000);
    invent(new FakeClient(hub, 'i3', 'key-3').hello(), 'c');
    expect(ports.discovered.flat()).toHaveLength(1_000);
  });
});
