import type { Authentication } from '@recloser/db';
import { describe, expect, it } from 'vitest';
import { SdkKeyAuthenticator } from './sdk-key-authenticator.js';

const holder = {
  keyId: 'k',
  environmentId: 'e',
  environment: { key: 'production', kind: 'production' as const },
  projectKey: 'default',
};

function setUp() {
  const world = { now: 0, asked: 0, good: new Set(['right']), broken: false };
  const authenticate = async (key: string): Promise<Authentication> => {
    world.asked += 1;
    if (world.broken) throw new Error('no database');
    return world.good.has(key) ? { ok: true, holder } : { ok: false, code: 'key_revoked' };
  };
  return { world, desk: new SdkKeyAuthenticator({ authenticate }, () => world.now) };
}

describe('SdkKeyAuthenticator', () => {
  it('asks once for all who ask at the same time, and anew after that', async () => {
    const { world, desk } = setUp();
    await Promise.all([1, 2, 3].map(() => desk.ask('right')));
    expect(world.asked).toBe(1);
    world.good.delete('right');
    expect(await desk.ask('right')).toEqual({ ok: false, code: 'key_revoked' });
  });

  it('remembers a wrong key for ten seconds', async () => {
    const { world, desk } = setUp();
    for (let i = 0; i < 5; i += 1) expect((await desk.ask('wrong')).ok).toBe(false);
    expect(world.asked).toBe(1);
    expect((await desk.ask('right')).ok).toBe(true);
    world.now = 10_000;
    await desk.ask('wrong');
    expect(world.asked).toBe(3);
  });

  it('remembers no failure of the database', async () => {
    const { world, desk } = setUp();
    world.broken = true;
    await expect(desk.ask('right')).rejects.toThrow('no database');
    world.broken = false;
    expect((await desk.ask('right')).ok).toBe(true);
  });
});
