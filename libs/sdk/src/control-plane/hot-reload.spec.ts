import { afterEach, describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeFull, makeView } from '../sdk.fake.js';
import { type RecloserOptions } from '../options/options.js';

const open: { readonly recloser: Recloser; readonly system: FakeSystem }[] = [];

/** Makes an SDK as the module of an application does, and lets it connect. */
async function load(options: RecloserOptions = {}, mode = 'development') {
  const system = new FakeSystem();
  system.env['NODE_ENV'] = mode;
  const recloser = new Recloser({ service: 'shop', ...options }, system);
  open.push({ recloser, system });
  await system.pass(1_000);
  system.socket.open();
  system.socket.frame(makeFull([makeView('stripe', { state: 'open', admission: 0 })]));
  return { system, recloser, breaker: recloser.breaker('stripe') };
}

afterEach(async () => {
  for (const { recloser, system } of open.splice(0)) {
    await Promise.all([recloser.close({ timeoutMs: 0 }), system.pass(1)]);
  }
  Reflect.deleteProperty(globalThis, Symbol.for('recloser.connected'));
});

describe('an SDK that is made again by a development server', () => {
  it('takes the connection of the one before, however often, and one warning is told', async () => {
    const loads = [];
    for (let edit = 0; edit < 5; edit += 1) loads.push(await load());
    expect(loads.map(({ recloser }) => recloser.status().connected)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(loads.map(({ system }) => system.socket.closed)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    const warnings = loads.flatMap(({ system }) => system.warnings.map(({ code }) => code));
    expect(warnings).toEqual(['RECLOSER_MADE_AGAIN']);
  });

  it('has its own options, while the one before goes on to protect by itself', async () => {
    const before = await load({ defaults: { timeoutMs: 10 } });
    const after = await load({ defaults: { timeoutMs: 1_000 } });
    expect(before.breaker.allows()).toBe(false);
    expect(before.recloser.status().takenOver).toBe(true);
    after.system.socket.frame(makeFull([makeView('stripe')], 2));
    expect(after.breaker.allows()).toBe(true);
    const late = after.breaker.protect(() => new Promise((resolve) => setTimeout(resolve, 20)));
    await expect(late).resolves.toBeUndefined();
    await expect(before.recloser.flush({ timeoutMs: 1_000 })).resolves.toBe(false);
    await expect(before.recloser.ready({ timeoutMs: 1_000 })).resolves.toBe(false);
  });

  it('leaves alone what is made for another purpose, what is closed, and what is no development', async () => {
    const first = await load();
    const others = [
      await load({ service: 'admin' }),
      await load({ sdkKey: 'another' }),
      await load({ url: 'ws://elsewhere:1' }),
      await load({ instanceId: 'second' }),
      await load({}, 'production'),
      await load({}, 'test'),
    ];
    for (const { recloser } of [first, ...others]) {
      expect(recloser.status().connected).toBe(true);
    }
    await Promise.all([first.recloser.close({ timeoutMs: 0 }), first.system.pass(1)]);
    const again = await load();
    expect(again.recloser.status().connected).toBe(true);
    expect(again.system.warnings).toEqual([]);
  });
});
