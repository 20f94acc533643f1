import { type AddressInfo, type Server, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePort } from './platform-port.js';

const listeners: Server[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((one) => new Promise((done) => one.close(done))));
});

const listen = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const one = createServer();
    one.once('error', reject);
    one.listen(port, '127.0.0.1', () => {
      listeners.push(one);
      resolve((one.address() as AddressInfo).port);
    });
  });

describe('choosePort', () => {
  it('goes on to the next port and says so', async () => {
    const lines: string[] = [];
    const first = await choosePort(undefined, '127.0.0.1', (line) => lines.push(line));
    await listen(first);
    lines.length = 0;
    const second = await choosePort(undefined, '127.0.0.1', (line) => lines.push(line));
    expect(second).toBeGreaterThan(first);
    expect(lines).toEqual([`Port 4400 is in use; using ${second}.`]);
  });

  it('refuses a named port that is taken', async () => {
    const taken = await listen(0);
    await expect(choosePort(taken, '127.0.0.1', () => undefined)).rejects.toMatchObject({
      code: 'port_taken',
    });
  });

  it('finds any free port', async () => {
    const port = await choosePort(0, '127.0.0.1', () => undefined);
    expect(await listen(port)).toBe(port);
  });
});
