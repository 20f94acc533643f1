import { describe, expect, it } from 'vitest';
import { createLog } from './log.js';
import { ShutdownRegistry } from './shutdown.js';

const quiet = createLog({ name: 'test', level: 'silent' });

describe('ShutdownRegistry', () => {
  it('stops phase by phase, once, however often it is asked', async () => {
    const order: string[] = [];
    const registry = new ShutdownRegistry({ log: quiet });
    registry.join('db', 'close', () => void order.push('db'));
    registry.join('server', 'stop', async () => {
      await Promise.resolve();
      order.push('server');
    });
    registry.join('sockets', 'drain', () => void order.push('sockets'));
    expect(registry.stopping).toBe(false);
    await Promise.all([registry.run('test'), registry.run('again')]);
    expect(order).toEqual(['sockets', 'server', 'db']);
    expect(registry.stopping).toBe(true);
  });

  it('goes on past what fails or hangs', async () => {
    const order: string[] = [];
    const registry = new ShutdownRegistry({ log: quiet, phaseTimeoutMs: 10 });
    registry.join('broken', 'drain', () => {
      throw new Error('broken');
    });
    registry.join('hangs', 'stop', () => new Promise(() => undefined));
    registry.join('db', 'close', () => void order.push('db'));
    await registry.run('test');
    expect(order).toEqual(['db']);
  });
});
