import { describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeDelta, makeFull, makeView, settle } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const options = { instanceId: 'i1', snapshotFile: '/cache/recloser.json' };

async function keptBy(system: FakeSystem): Promise<void> {
  new Recloser(options, system);
  system.socket.open();
  system.socket.frame(makeFull([makeView('a'), makeView('b')], 3));
  system.socket.frame(makeDelta(3, [makeView('a', OPEN)]));
  await system.pass(1_100);
}

describe('the snapshot file', () => {
  it('gives a process that starts alone the last known state, and what to resume from', async () => {
    const system = new FakeSystem();
    await keptBy(system);
    const recloser = new Recloser(options, system);
    expect(recloser.breaker('a').decide()).toMatchObject({ admitted: false, reason: 'local' });
    expect(recloser.breaker('b').allows()).toBe(true);
    expect(recloser.status()).toMatchObject({ connected: false, seq: 4 });
    system.socket.open();
    expect(system.socket.of('hello')[0]?.resume).toEqual({ epoch: 'e1', seq: 4 });
    system.socket.frame({ t: 'delta', epoch: 'e1', from: 4, seq: 4, breakers: [], removed: [] });
    expect(recloser.breaker('a').decide()).toMatchObject({ admitted: false, reason: 'open' });
  });

  it('is written once for many changes, and at the end', async () => {
    const system = new FakeSystem();
    let writes = 0;
    const write = system.writeFile.bind(system);
    system.writeFile = (path, text) => {
      writes += 1;
      return write(path, text);
    };
    await keptBy(system);
    expect(writes).toBe(1);
    const recloser = new Recloser(options, system);
    system.socket.open();
    system.socket.frame(makeFull([makeView('c')], 9));
    await recloser.close();
    await settle();
    expect(writes).toBe(2);
    expect(system.files.get('/cache/recloser.json')).toContain('"seq":9');
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"epoch":1}',
    '{"epoch":"e","seq":1,"breakers":[{"key":"a"},3]}',
  ])('that holds %j is no harm, and is told', (text) => {
    const system = new FakeSystem();
    system.files.set('/cache/recloser.json', text);
    expect(new Recloser(options, system).breaker('a').allows()).toBe(true);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_SNAPSHOT_NOT_READ' }]);
  });

  it('that is not there yet is nothing to tell', () => {
    const system = new FakeSystem();
    expect(new Recloser(options, system).breaker('a').allows()).toBe(true);
    expect(system.warnings).toEqual([]);
  });

  it('that cannot be written is told once', async () => {
    const system = new FakeSystem();
    system.writeFile = () => Promise.reject(new Error('EACCES'));
    await keptBy(system);
    system.socket.frame(makeDelta(4, [makeView('a')]));
    await system.pass(1_100);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_SNAPSHOT_NOT_WRITTEN' }]);
  });
});
