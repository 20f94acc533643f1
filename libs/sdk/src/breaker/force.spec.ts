import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeConnected, makeRig, makeView } from '../sdk.fake.js';
import { until } from '../until.fake.js';
import { forcedStates } from './force.js';

const FILE = '/etc/recloser-force';
const OPEN = { state: 'open', admission: 0, version: 2 } as const;

describe('a force file', () => {
  it('forces while it says so, over the control plane and all else', () => {
    const views = [makeView('a'), makeView('b', OPEN)];
    const { system, recloser } = makeConnected(views, { force: { a: 'closed' }, forceFile: FILE });
    const [a, b] = [recloser.breaker('a'), recloser.breaker('b')];
    expect([a.allows(), b.allows()]).toEqual([true, false]);
    system.edit(FILE, '# the night of the 12th\na=open # by hand\n\nb=closed\n');
    expect(a.decide()).toMatchObject({ admitted: false, reason: 'forced', state: 'open' });
    expect(b.decide()).toMatchObject({ admitted: true, reason: 'forced', state: 'closed' });
    system.edit(FILE, 'a=open');
    expect([a.allows(), b.allows()]).toEqual([false, false]);
    system.edit(FILE, null);
    expect([a.allows(), b.allows()]).toEqual([true, false]);
    expect(a.decide().reason).toBe('forced');
  });

  it('is read before the first call, also by the variable that names it', () => {
    const system = new FakeSystem();
    system.env['RECLOSER_FORCE_FILE'] = FILE;
    system.env['RECLOSER_FORCE'] = 'a=closed';
    system.files.set(FILE, '*=open, b=closed');
    const recloser = new Recloser({ connect: false }, system);
    const allowed = ['a', 'b', 'c'].map((key) => recloser.breaker(key).allows());
    expect(allowed).toEqual([true, true, false]);
  });

  it('leaves out what it cannot read, and says so', () => {
    const { system, recloser } = makeRig({ forceFile: FILE });
    const errors: string[] = [];
    recloser.on('error', ({ code, message }) => void errors.push(`${code}: ${message}`));
    system.edit(FILE, 'a=ajar\nb=open');
    expect(recloser.breaker('b').allows()).toBe(false);
    expect(recloser.breaker('a').allows()).toBe(true);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('invalid_force');
    expect(errors[0]).toContain('a=ajar');
  });

  it('gives back to this process what it lifts while nobody else decides', async () => {
    const { system, recloser } = makeRig({ forceFile: FILE, connect: false });
    system.edit(FILE, 'a=closed');
    const breaker = recloser.breaker('a');
    const fail = () => Promise.reject(new Error('down'));
    const fails = async () => {
      for (let i = 0; i < 40; i += 1) {
        await breaker.protect(fail).catch(() => undefined);
        await system.pass(50);
      }
    };
    await fails();
    expect(breaker.allows()).toBe(true);
    system.edit(FILE, null);
    await fails();
    expect(breaker.allows()).toBe(false);
  });

  it('is watched until the end', async () => {
    const { system, recloser } = makeRig({ forceFile: FILE });
    expect(system.watched).toBe(1);
    await recloser.close();
    expect(system.watched).toBe(0);
  });
});

describe('a real force file', () => {
  it('is seen when it comes, changes and goes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recloser-'));
    const path = join(folder, 'force');
    const recloser = new Recloser({ connect: false, forceFile: path });
    const breaker = recloser.breaker('a');
    const allows = (isAllowed: boolean) =>
      until(`allows() is ${isAllowed}`, () => breaker.allows() === isAllowed);
    try {
      expect(breaker.allows()).toBe(true);
      await writeFile(path, 'a=open\n');
      await allows(false);
      await writeFile(path, 'a=closed\n');
      await allows(true);
      await writeFile(path, 'a=open\n\n');
      await allows(false);
      await rm(path);
      await allows(true);
    } finally {
      await recloser.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('forcedStates', () => {
  it('reads the variable over the option, and names what it cannot read', () => {
    const { force, problem } = forcedStates(
      { a: 'open', b: 'open' },
      ' a=closed, k=x=open,bad ,c=ajar',
    );
    expect([...force]).toEqual([
      ['a', 'closed'],
      ['b', 'open'],
      ['k=x', 'open'],
    ]);
    expect(problem).toContain('bad, c=ajar');
    expect(forcedStates(undefined, undefined)).toEqual({ force: new Map(), problem: null });
  });
});
