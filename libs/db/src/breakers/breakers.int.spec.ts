import { DEFAULT_POLICY, type Rule } from '@recloser/core';
import { LIMITS } from '@recloser/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import { anna, newProject, obey, openFixture, sdk, toggle } from '../spec/fixture.js';

const policy = { ...DEFAULT_POLICY, minCalls: 50 };
const rules: readonly Rule[] = [
  {
    id: 'staff',
    when: 'always',
    clauses: [{ attribute: 'email', operator: 'ends_with', values: ['@example.com'] }],
    effect: { kind: 'admit' },
  },
];

const at = await openFixture();
const { db } = at;
let live: string;
let dev: string;

beforeEach(async () => {
  ({ live, dev } = await newProject(db));
});

const one = async (environmentId: string, key: string) => {
  const [loaded] = await db.states.load(environmentId, [key]);
  return loaded;
};
const actions = async (chain: string) =>
  (await db.audit.list({ chain }, { limit: 50 })).items.map(({ action }) => action).reverse();

describe('breakers.create', () => {
  it('makes it in every environment, with what was asked for in this one only', async () => {
    const made = await db.breakers.create(live, anna, {
      key: 'stripe',
      name: 'Stripe',
      tags: ['pay'],
      policy,
      rules,
      mode: 'auto',
      reason: 'new',
    });
    expect(made.change).toMatchObject({ key: 'stripe', seq: 1, view: { state: 'closed', rules } });
    expect(made.heads.map(({ id, seq }) => [id, seq])).toEqual(
      [live, dev].sort().map((id) => [id, 1]),
    );
    expect(await one(live, 'stripe')).toMatchObject({
      version: 1,
      revision: 1,
      seq: 1,
      policy,
      rules,
      control: { mode: 'auto' },
      meta: { name: 'Stripe', tags: ['pay'], cohortKey: 'accountId', discovered: false },
      last: null,
    });
    const there = await one(dev, 'stripe');
    expect(there).toMatchObject({ policy: DEFAULT_POLICY, rules: [], meta: { name: 'Stripe' } });
    expect(there?.salt).toBe((await one(live, 'stripe'))?.salt);
    expect(await actions(live)).toEqual(['breaker.create']);
    expect(await actions(dev)).toEqual(['breaker.create']);
  });

  it('observes in other production environments', async () => {
    await db.breakers.create(dev, anna, { key: 'stripe', reason: 'try it' });
    expect((await one(dev, 'stripe'))?.control).toEqual({ mode: 'auto' });
    expect((await one(live, 'stripe'))?.control).toEqual({ mode: 'observe' });
  });

  it('refuses a key that is taken, and one that is no key', async () => {
    await db.breakers.create(live, anna, { key: 'a', reason: 'r' });
    const again = db.breakers.create(dev, anna, { key: 'a', reason: 'r' });
    await expect(again).rejects.toMatchObject({ code: 'already_exists' });
    for (const key of ['', 'a/b', ' a', 'a\0b', 'x'.repeat(201)]) {
      await expect(db.breakers.create(live, anna, { key, reason: 'r' })).rejects.toMatchObject({
        code: 'invalid_breaker_key',
      });
    }
  });

  it('gives back a text that cannot be stored as a clear error', async () => {
    for (const name of ['a\0b', '\ud800']) {
      const rule = { ...rules[0]!, clauses: [{ ...rules[0]!.clauses[0]!, values: [name] }] };
      await expect(
        db.breakers.create(live, anna, { key: 'a', reason: 'r', rules: [rule] }),
      ).rejects.toMatchObject({ code: 'invalid_request' });
    }
    expect(await one(live, 'a')).toBeUndefined();
  });

  it('lets one of two racing creators win', async () => {
    const results = await Promise.allSettled(
      [live, dev, live].map((id) => db.breakers.create(id, anna, { key: 'a', reason: 'r' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await actions(live)).toEqual(['breaker.create']);
  });
});

describe('breakers.edit', () => {
  beforeEach(() => db.breakers.create(live, anna, { key: 'a', reason: 'r' }));

  it('changes policy here only, and neither state nor version', async () => {
    await db.states.commit(live, anna, ['a'], toggle);
    const before = await one(live, 'a');
    const edit = { expectedRevision: 1, reason: 'more evidence', policy };
    const { change, heads } = await db.breakers.edit(live, anna, 'a', edit);
    expect(change).toMatchObject({ seq: 3, view: { state: 'open', version: before?.version } });
    expect(heads).toMatchObject([{ id: live, seq: 3 }]);
    const after = await one(live, 'a');
    expect(after).toMatchObject({ revision: 2, policy, state: before?.state, last: before?.last });
    expect((await one(dev, 'a'))?.revision).toBe(1);
    const entry = await db.audit.get(live, change?.auditId ?? '');
    expect(entry).toMatchObject({
      action: 'breaker.edit',
      reason: 'more evidence',
      before: { revision: 1, policy: { minCalls: DEFAULT_POLICY.minCalls } },
      after: { revision: 2, policy: { minCalls: 50 } },
    });
    expect(Object.keys(entry?.after as object).sort()).toEqual(['policy', 'revision']);
  });

  it('writes what environments share into each of them', async () => {
    const edit = { expectedRevision: 1, reason: 'r', cohortKey: 'tenantId', owner: 'payments' };
    const { heads } = await db.breakers.edit(dev, anna, 'a', edit);
    expect(heads).toHaveLength(2);
    for (const id of [live, dev]) {
      expect(await one(id, 'a')).toMatchObject({
        revision: 2,
        seq: 2,
        meta: { owner: 'payments' },
        view: { cohortKey: 'tenantId' },
      });
      expect(await actions(id)).toEqual(['breaker.create', 'breaker.edit']);
    }
  });

  it('writes nothing when nothing changes', async () => {
    const same = { expectedRevision: 1, reason: 'r', name: 'a', policy: DEFAULT_POLICY };
    expect(await db.breakers.edit(live, anna, 'a', same)).toEqual({ change: null, heads: [] });
    expect((await one(live, 'a'))?.revision).toBe(1);
  });

  it('refuses an edit of another revision, naming both', async () => {
    await db.breakers.edit(live, anna, 'a', { expectedRevision: 1, reason: 'r', name: 'b' });
    const late = db.breakers.edit(live, anna, 'a', { expectedRevision: 1, reason: 'r', name: 'c' });
    await expect(late).rejects.toMatchObject({
      code: 'version_conflict',
      details: { expected: 1, actual: 2 },
    });
  });

  it('lets one of two racing editors win, from whichever environment', async () => {
    const results = await Promise.allSettled(
      [live, dev, live, dev].map((id, index) =>
        db.breakers.edit(id, anna, 'a', { expectedRevision: 1, reason: 'r', name: `n${index}` }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await one(live, 'a'))?.meta.name).toBe((await one(dev, 'a'))?.meta.name);
  });

  it('refuses a breaker that is not there', async () => {
    const edit = db.breakers.edit(live, anna, 'b', { expectedRevision: 1, reason: 'r', name: 'n' });
    await expect(edit).rejects.toMatchObject({ code: 'unknown_breaker' });
  });
});

describe('breakers.archive', () => {
  it('takes it out everywhere, and creating it again goes on with higher versions', async () => {
    await db.breakers.create(live, anna, { key: 'a', reason: 'r', policy });
    await db.states.commit(live, anna, ['a'], toggle);
    const before = await one(live, 'a');
    const gone = await db.breakers.archive(live, anna, 'a', 'not used');
    expect(gone.change).toMatchObject({ key: 'a', seq: 3, view: null });
    expect(gone.heads).toHaveLength(2);
    for (const id of [live, dev]) {
      const { epoch, seq, breakers } = await db.states.snapshot(id);
      expect(breakers).toEqual([]);
      expect(await db.changes.since(id, epoch, seq - 1, 9)).toMatchObject({
        changes: [{ key: 'a', view: null }],
      });
    }
    expect((await db.states.commit(live, anna, ['a'], toggle)).missing).toEqual(['a']);
    expect(await db.breakers.discover(live, ['a'], sdk)).toMatchObject({
      created: [],
      archived: ['a'],
    });
    const { change } = await db.breakers.create(live, anna, { key: 'a', reason: 'again' });
    expect(change?.view).toMatchObject({ state: 'closed', version: 3, salt: before?.salt });
    expect(await one(live, 'a')).toMatchObject({ revision: 2, policy: DEFAULT_POLICY });
    expect(await db.audit.verify(live)).toMatchObject({ ok: true, checked: 4 });
  });

  it('refuses a breaker that is not there', async () => {
    await expect(db.breakers.archive(live, anna, 'a', 'r')).rejects.toMatchObject({
      code: 'unknown_breaker',
    });
  });
});

describe('breakers.discover', () => {
  it('makes what nobody has made: observing in production, automatic in development', async () => {
    const found = await db.breakers.discover(dev, ['b', 'a', 'b', 'a/b'], sdk);
    expect(found.created.map(({ key, seq }) => [key, seq])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(found.refused).toEqual([{ key: 'a/b', why: 'invalid' }]);
    expect(found.heads.map(({ seq }) => seq)).toEqual([2, 2]);
    expect(await one(dev, 'a')).toMatchObject({
      control: { mode: 'auto' },
      meta: { discovered: true },
    });
    expect(await one(live, 'a')).toMatchObject({ control: { mode: 'observe' } });
    const { items } = await db.audit.list({ chain: live, actor: 'k1' }, { limit: 9 });
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['breaker.discover', sdk],
      ['breaker.discover', sdk],
    ]);
  });

  it('is idempotent when many say so at once', async () => {
    const other = createDatabase(at.url);
    const keys = ['a', 'b', 'c'];
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? db : other).breakers.discover(index % 3 === 0 ? live : dev, keys, sdk),
      ),
    );
    await other.close();
    expect(found.filter(({ created }) => created.length > 0)).toHaveLength(1);
    expect(found.filter(({ known }) => known.length === 3)).toHaveLength(11);
    expect(await actions(live)).toEqual(keys.map(() => 'breaker.discover'));
  });

  it('stops at the limit', async () => {
    const names = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
    const most = LIMITS.discoveredPerEnvironment - 1;
    await db.breakers.discover(live, names('n', most), sdk);
    await db.breakers.create(live, anna, { key: 'by hand', reason: 'counts for nothing here' });
    const last = await db.breakers.discover(live, ['x', 'y', 'n0000'], sdk);
    expect(last.created.map(({ key }) => key)).toEqual(['x']);
    expect(last.known).toEqual(['n0000']);
    expect(last.refused).toEqual([{ key: 'y', why: 'limit' }]);
  });
});

describe('breakers.list', () => {
  it('filters and pages by key', async () => {
    for (const key of ['pay-1', 'pay-2', 'mail', 'Über']) {
      const tags = key.startsWith('pay') ? ['money'] : [];
      await db.breakers.create(live, anna, { key, tags, owner: 'team', reason: 'r' });
    }
    await db.states.commit(live, anna, ['mail'], obey({ type: 'trip', until: null }));
    const keys = async (filter: Partial<Parameters<typeof db.breakers.list>[1]>) =>
      (await db.breakers.list(live, { limit: 10, ...filter })).items.map(({ key }) => key);
    expect(await keys({})).toEqual(['mail', 'pay-1', 'pay-2', 'Über']);
    expect(await keys({ tags: ['money', 'other'] })).toEqual(['pay-1', 'pay-2']);
    expect(await keys({ states: ['open'] })).toEqual(['mail']);
    expect(await keys({ modes: ['held'], owner: 'team' })).toEqual(['mail']);
    expect(await keys({ q: 'PAY' })).toEqual(['pay-1', 'pay-2']);
    expect(await keys({ q: 'über' })).toEqual(['Über']);
    expect(await keys({ q: '%' })).toEqual([]);
    const first = await db.breakers.list(live, { limit: 3 });
    expect(first).toMatchObject({ next: 'pay-2', seq: 5 });
    expect(await keys({ after: first.next ?? undefined })).toEqual(['Über']);
  });
});
