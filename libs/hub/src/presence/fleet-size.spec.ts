import { describe, expect, it } from 'vitest';
import { makeRig } from '../hub.fake.js';

describe('the size of the fleet', () => {
  it('is told with the state and with every ping: what all hubs count, but never less than is here', async () => {
    const { connect, ports, pass } = makeRig();
    ports.fleet = 240;
    const first = connect('i1');
    expect(first.socket.of('full')[0]?.fleet).toBe(1);
    await pass(5_100);
    expect(first.socket.of('ping').at(-1)?.fleet).toBe(240);
    ports.fleet = 1;
    connect('i2');
    connect('i3');
    first.ack(10);
    await pass(8_700);
    expect(first.socket.of('ping').at(-1)?.fleet).toBe(3);
  });

  it('stays the last one while nobody can count', async () => {
    const { connect, ports, pass } = makeRig();
    ports.fleet = 240;
    const client = connect('i1');
    await pass(1_000);
    ports.failCount = true;
    await pass(8_000);
    expect(client.socket.of('ping').at(-1)?.fleet).toBe(240);
    expect(ports.errors).toContain('count instances');
  });

  it('is not asked for where nobody is connected', async () => {
    const { ports, pass } = makeRig();
    ports.failCount = true;
    await pass(20_000);
    expect(ports.errors).toEqual([]);
  });
});
