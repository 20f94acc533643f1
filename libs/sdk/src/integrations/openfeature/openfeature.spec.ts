import {
  type Client,
  type EvaluationContext,
  OpenFeature,
  ProviderStatus,
  ServerProviderEvents,
} from '@openfeature/server-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecloserProvider } from '../../entries/openfeature.js';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { contextOf } from './context.js';

let plane: TestControlPlane;
let recloser: Recloser;
let client: Client;

beforeEach(async () => {
  plane = new TestControlPlane();
  recloser = plane.connect();
  plane.close('stripe');
  await OpenFeature.setProviderAndWait(new RecloserProvider(recloser));
  client = OpenFeature.getClient();
});

afterEach(async () => {
  await OpenFeature.close();
  await plane.end();
});

describe('a breaker as an OpenFeature flag', () => {
  it('is read as a boolean, a string, a number and an object', async () => {
    plane.admit('stripe', 25);
    const context = { targetingKey: 'acct_1' };
    const admitted = recloser.breaker('stripe').allows({ accountId: 'acct_1' });
    await expect(client.getBooleanValue('stripe', !admitted, context)).resolves.toBe(admitted);
    await expect(client.getStringValue('stripe', '?', context)).resolves.toBe('ramping');
    await expect(client.getNumberValue('stripe', -1, context)).resolves.toBe(0.25);
    await expect(client.getObjectValue('stripe', {}, context)).resolves.toMatchObject({
      admitted,
      state: 'ramping',
      reason: 'cohort',
      admission: 0.25,
      seq: expect.any(Number) as number,
    });
  });

  it('admits the same accounts as the breaker, by the targeting key or by the cohort key', async () => {
    plane.admit('stripe', 50);
    const accounts = Array.from({ length: 200 }, (_, index) => `acct_${index}`);
    const breaker = recloser.breaker('stripe');
    const expected = accounts.map((accountId) => breaker.allows({ accountId }));
    const flags = (context: (account: string) => EvaluationContext) =>
      Promise.all(
        accounts.map((account) => client.getBooleanValue('stripe', false, context(account))),
      );
    expect(expected).toContain(true);
    expect(expected).toContain(false);
    await expect(flags((targetingKey) => ({ targetingKey }))).resolves.toEqual(expected);
    await expect(flags((accountId) => ({ targetingKey: 'x', accountId }))).resolves.toEqual(
      expected,
    );
  });

  it('has the cohort key that the breaker names', async () => {
    plane.set('stripe', { state: 'ramping', admission: 2 ** 31, cohortKey: 'tenant' });
    const tenants = Array.from({ length: 50 }, (_, index) => `tenant_${index}`);
    const breaker = recloser.breaker('stripe');
    for (const tenant of tenants) {
      await expect(client.getBooleanValue('stripe', false, { targetingKey: tenant })).resolves.toBe(
        breaker.allows({ tenant }),
      );
    }
  });

  it.each([
    ['closed', { state: 'closed' }, 'STATIC', true],
    ['open', { state: 'open', admission: 0 }, 'STATIC', false],
    ['held open', { state: 'open', admission: 0, mode: 'held' }, 'STATIC', false],
    ['ramping', { state: 'ramping', admission: 1 }, 'SPLIT', false],
  ] as const)('that is %s says why', async (_name, change, reason, value) => {
    plane.set('stripe', change);
    await expect(
      client.getBooleanDetails('stripe', !value, { targetingKey: 'acct_1' }),
    ).resolves.toMatchObject({ value, reason, variant: change.state, flagKey: 'stripe' });
  });

  it('that a rule admits is a targeting match, with the rule in its metadata', async () => {
    const clauses = [{ attribute: 'staff', operator: 'in', values: [true] }] as const;
    const rule = { id: 'staff-first', when: 'always', clauses, effect: { kind: 'admit' } } as const;
    plane.set('stripe', { state: 'open', admission: 0, rules: [rule] });
    const details = await client.getBooleanDetails('stripe', false, { staff: true });
    expect(details).toMatchObject({
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'staff-first', state: 'open' },
    });
  });

  it.each(['unknown', '__proto__', 'constructor', ''])(
    'with the unknown key "%s" is not found and not created',
    async (key) => {
      await expect(client.getBooleanDetails(key, true)).resolves.toMatchObject({
        value: true,
        reason: 'ERROR',
        errorCode: 'FLAG_NOT_FOUND',
      });
      expect(recloser.stats().map(({ breaker }) => breaker)).not.toContain(key);
    },
  );

  it('takes no probe permit and counts nothing', async () => {
    recloser.breaker('stripe');
    plane.probe('stripe');
    for (let read = 0; read < 20; read += 1) {
      await client.getBooleanValue('stripe', true, { targetingKey: `acct_${read}` });
    }
    expect(recloser.breaker('stripe').stats()).toMatchObject({ calls: 0, rejected: 0 });
    expect(plane.probes('stripe')).toEqual([]);
  });
});

describe('the provider', () => {
  const heard = (event: (typeof ServerProviderEvents)[keyof typeof ServerProviderEvents]) => {
    const flags: (readonly string[] | undefined)[] = [];
    OpenFeature.addHandler(event, (details) => {
      flags.push((details as { flagsChanged?: string[] } | undefined)?.flagsChanged);
    });
    return flags;
  };

  it('names the breakers that changed', () => {
    const changes = heard(ServerProviderEvents.ConfigurationChanged);
    plane.open('stripe');
    plane.admit('adyen', 10);
    expect(changes).toEqual([['stripe'], ['adyen']]);
    OpenFeature.clearHandlers();
  });

  it('is stale while the control plane is away, and ready when it is back', async () => {
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    plane.goOffline();
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    await expect(client.getBooleanDetails('stripe', false)).resolves.toMatchObject({
      value: true,
      reason: 'STALE',
    });
    plane.goOnline();
    await plane.pass(60_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('is an error as long as no state has come, with a text that says what to check', async () => {
    plane.goOffline();
    const late = new RecloserProvider(plane.connect({ connect: false }));
    await expect(OpenFeature.setProviderAndWait('late', late)).rejects.toThrow(/check the URL/);
    const details = await OpenFeature.getClient('late').getBooleanDetails('stripe', true);
    expect(details.value).toBe(true);
  });

  it('listens no longer once it is closed, and leaves the SDK open', async () => {
    const changes = heard(ServerProviderEvents.ConfigurationChanged);
    await OpenFeature.close();
    plane.open('stripe');
    expect(changes).toEqual([]);
    expect(recloser.breaker('stripe').allows()).toBe(false);
    OpenFeature.clearHandlers();
  });

  it('refuses what is not an SDK', () => {
    expect(() => new RecloserProvider(Object.create(null) as Recloser)).toThrow(/Recloser/);
  });
});

describe('an evaluation context', () => {
  const at = new Date('2026-12-01T08:00:00Z');
  it.each<[string, EvaluationContext, object]>([
    [
      'gives its targeting key as the cohort key',
      { targetingKey: 'a' },
      { targetingKey: 'a', accountId: 'a' },
    ],
    [
      'keeps its own cohort key',
      { targetingKey: 'a', accountId: 'b' },
      { targetingKey: 'a', accountId: 'b' },
    ],
    [
      'keeps texts, numbers and booleans',
      { plan: 'pro', seats: 3, trial: false },
      { plan: 'pro', seats: 3, trial: false },
    ],
    ['gives dates as ISO texts', { at }, { at: '2026-12-01T08:00:00.000Z' }],
    ['leaves the rest out', { a: null, b: ['x'], c: { d: 1 }, e: new Date(Number.NaN) }, {}],
    ['may be empty', {}, {}],
  ])('%s', (_name, context, expected) => {
    expect(contextOf(context, 'accountId')).toEqual(expected);
  });

  it('with hostile names is a map of them', () => {
    const hostile = JSON.parse('{"__proto__":"x","constructor":"y"}') as EvaluationContext;
    const context = contextOf(hostile, 'accountId');
    expect(Object.entries(context)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
  });
});
