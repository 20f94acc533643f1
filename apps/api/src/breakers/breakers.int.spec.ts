import { ADMISSION_ALL, DEFAULT_POLICY } from '@recloser/core';
import { breakerDetailSchema, changedBreakerSchema } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { DEVELOPMENT, PRODUCTION, migrated } from '../testing/prepare.js';
import type { Answer, RestClient } from '../testing/rest-client.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let made = 0;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

/** A new breaker's key and path. */
async function makeBreaker(settings: object = {}): Promise<{ key: string; path: string }> {
  const key = `breaker-${(made += 1)}`;
  const created = await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test', ...settings });
  expect(created.status).toBe(201);
  return { key, path: `${PRODUCTION}/breakers/${key}` };
}

const changed = ({ status, body }: Answer) => {
  expect(status).toBe(200);
  return changedBreakerSchema.parse(body);
};
const problem = (status: number, code: string, more: object = {}) => ({
  status,
  body: expect.objectContaining({ code, status, ...more }) as unknown,
});

describe('a breaker', () => {
  it('is created, read, listed and filtered', async () => {
    const input = { name: 'Payments', owner: 'money', tags: ['critical'], description: 'cards' };
    const { key, path } = await makeBreaker(input);
    const read = await admin.get(path);
    expect(read.headers.get('etag')).toBe('"1"');
    expect(breakerDetailSchema.parse(read.body)).toMatchObject({
      key,
      ...input,
      state: 'closed',
      mode: 'auto',
      admission: ADMISSION_ALL,
      policy: DEFAULT_POLICY,
    });
    for (const query of [
      'owner=money',
      'tag=critical,other',
      'q=PAYM',
      'state=closed,open&owner=money',
    ]) {
      expect((await admin.get(`${PRODUCTION}/breakers?${query}`)).body).toMatchObject({
        items: [{ key }],
        nextCursor: null,
      });
    }
    expect((await admin.get(`${PRODUCTION}/breakers?state=open&owner=money`)).body).toMatchObject({
      items: [],
    });
  });

  it('is there in every environment of the project, with keys of any script', async () => {
    const key = 'Straße & co: 支付?';
    const body = { key, reason: 'test' };
    expect((await admin.post(`${PRODUCTION}/breakers`, body)).status).toBe(201);
    const path = `breakers/${encodeURIComponent(key)}`;
    expect((await admin.get(`${DEVELOPMENT}/${path}`)).body).toMatchObject({ key });
    expect(await admin.post(`${PRODUCTION}/breakers`, body)).toMatchObject(
      problem(409, 'already_exists'),
    );
  });

  it('is listed page by page', async () => {
    for (let i = 0; i < 3; i += 1) await makeBreaker({ owner: 'pages' });
    const first = (await admin.get(`${PRODUCTION}/breakers?owner=pages&limit=2`)).body;
    expect(first).toMatchObject({ items: [{}, {}], nextCursor: expect.any(String) as string });
    const { nextCursor } = first as { nextCursor: string };
    const rest = await admin.get(`${PRODUCTION}/breakers?owner=pages&limit=2&cursor=${nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{}], nextCursor: null });
    for (const cursor of ['%21', Buffer.from('a\0').toString('base64url')]) {
      expect(await admin.get(`${PRODUCTION}/breakers?cursor=${cursor}`)).toMatchObject(
        problem(400, 'invalid_cursor'),
      );
    }
  });

  it('keeps its state and version when it is edited', async () => {
    const { path } = await makeBreaker();
    const open = changed(await admin.post(`${path}/trip`, { reason: 'dead' })).breaker;
    const policy = { ...DEFAULT_POLICY, minCalls: 50 };
    const edit = { policy, name: 'Other', reason: 'more calls' };
    const edited = await admin.patch(path, edit, { 'if-match': '"1"' });
    expect(edited.headers.get('etag')).toBe('"2"');
    expect(changed(edited).breaker).toMatchObject({
      state: 'open',
      version: open.version,
      revision: 2,
      name: 'Other',
      policy: { minCalls: 50 },
    });
  });

  it('is archived by an administrator', async () => {
    const { path } = await makeBreaker();
    expect((await admin.post(`${path}/archive`, { reason: 'gone' })).status).toBe(200);
    expect(await admin.get(path)).toMatchObject(problem(404, 'unknown_breaker'));
  });
});

describe('commands', () => {
  it('open, restore and ramp a breaker, each on the record', async () => {
    const { key, path } = await makeBreaker();
    const opened = changed(await admin.post(`${path}/trip`, { reason: 'dead' })).breaker;
    expect(opened).toMatchObject({ state: 'open', mode: 'held', admission: 0 });
    const restored = changed(await admin.post(`${path}/restore`, { reason: 'alive' })).breaker;
    expect(restored).toMatchObject({ state: 'probing', mode: 'auto' });

    const ramp = async (action: string, more: object = {}) =>
      changed(await admin.post(`${path}/ramp`, { action, reason: `ramp ${action}`, ...more }))
        .breaker;
    expect(await ramp('start')).toMatchObject({ state: 'ramping', admission: 2 ** 28 });
    expect(await ramp('next')).toMatchObject({ admission: 2 ** 29 });
    expect(await ramp('back')).toMatchObject({ admission: 2 ** 28 });
    expect(await ramp('hold')).toMatchObject({ current: { paused: true } });
    expect(await ramp('resume')).toMatchObject({ current: { paused: false } });
    expect(await ramp('set', { admission: 3 * 2 ** 28 })).toMatchObject({ admission: 3 * 2 ** 28 });
    expect(await ramp('finish')).toMatchObject({ state: 'closed', admission: ADMISSION_ALL });

    const audit = await admin.get(`${PRODUCTION}/audit?breaker=${key}`);
    const { items } = audit.body as { items: { action: string; reason: string; actor: object }[] };
    expect(items.map(({ action }) => action)).toEqual([
      'ramp.finish',
      'ramp.set',
      'ramp.resume',
      'ramp.hold',
      'ramp.back',
      'ramp.next',
      'ramp.start',
      'breaker.restore',
      'breaker.trip',
      'breaker.create',
    ]);
    expect(items[8]).toMatchObject({
      reason: 'dead',
      actor: { kind: 'user', name: 'Administrator' },
    });
  });

  it('dim and restore a closed breaker', async () => {
    const { path } = await makeBreaker();
    const until = Date.now() + 3_600_000;
    const body = { admission: 2 ** 30, until, reason: 'spare it' };
    expect(changed(await admin.post(`${path}/dim`, body)).breaker).toMatchObject({
      state: 'dimmed',
      mode: 'auto',
      admission: 2 ** 30,
      dueAt: until,
    });
    const none = { ...body, admission: 0 };
    expect(await admin.post(`${path}/dim`, none)).toMatchObject(problem(400, 'invalid_admission'));
    const restored = await admin.post(`${path}/restore`, { reason: 'enough' });
    expect(changed(restored).breaker).toMatchObject({ state: 'ramping', admission: 2 ** 31 });
    expect(await admin.post(`${path}/dim`, body)).toMatchObject(problem(409, 'not_closed'));
  });

  it('set the mode', async () => {
    const { path } = await makeBreaker();
    const observing = await admin.post(`${path}/mode`, { mode: 'observe', reason: 'look first' });
    expect(changed(observing).breaker.mode).toBe('observe');
  });

  it('abort a ramp', async () => {
    const { path } = await makeBreaker();
    await admin.post(`${path}/trip`, { reason: 'dead' });
    await admin.post(`${path}/ramp`, { action: 'start', reason: 'alive' });
    const aborted = await admin.post(`${path}/ramp`, { action: 'abort', reason: 'no' });
    expect(changed(aborted).breaker.state).toBe('open');
  });
});

describe('bad input', () => {
  it('a command without a reason', async () => {
    const { path } = await makeBreaker();
    for (const body of [{}, { reason: '' }, { reason: '   ' }, { reason: 7 }]) {
      expect(await admin.post(`${path}/trip`, body)).toMatchObject(problem(400, 'reason_required'));
    }
    expect((await admin.get(path)).body).toMatchObject({ state: 'closed', version: 1 });
  });

  it('an admission outside 0…2³²', async () => {
    const { path } = await makeBreaker();
    await admin.post(`${path}/ramp`, { action: 'start', reason: 'test' });
    for (const admission of [-1, 2 ** 32 + 1, 0.5, '1', null, 1e308]) {
      const body = { action: 'set', admission, reason: 'test' };
      expect(await admin.post(`${path}/ramp`, body)).toMatchObject(
        problem(400, 'invalid_admission'),
      );
    }
  });

  it('an action that there is not, a field that there is not, and a body that is none', async () => {
    const { path } = await makeBreaker();
    const unknown = { action: 'jump', reason: 'test' };
    expect(await admin.post(`${path}/ramp`, unknown)).toMatchObject(
      problem(400, 'invalid_request'),
    );
    const extra = { reason: 'test', untill: 1 };
    expect(await admin.post(`${path}/trip`, extra)).toMatchObject(problem(400, 'invalid_request'));
    const json = { 'content-type': 'application/json' };
    const broken = await admin.send('POST', `${path}/trip`, '{"reason":', json);
    expect(broken).toMatchObject(problem(400, 'invalid_request'));
    const text = await admin.send('POST', `${path}/trip`, 'reason', { 'content-type': 'text/xml' });
    expect(text).toMatchObject(problem(415, 'unsupported_media_type'));
    const large = { reason: 'x'.repeat(2 * 1024 * 1024) };
    expect(await admin.post(`${path}/trip`, large)).toMatchObject(problem(413, 'body_too_large'));
  });

  it('a policy or rules with impossible values', async () => {
    const { path } = await makeBreaker();
    const edit = (settings: object) =>
      admin.patch(path, { ...settings, reason: 'test' }, { 'if-match': '"1"' });
    const { trip, recovery } = DEFAULT_POLICY;
    const policies = [
      { ...DEFAULT_POLICY, trip: { ...trip, toleratedRate: 1.5 } },
      { ...DEFAULT_POLICY, trip: { ...trip, excessMs: 999_999_999 } },
      { ...DEFAULT_POLICY, recovery: { ...recovery, ladder: [2 ** 29, 2 ** 28] } },
      { ...DEFAULT_POLICY, recovery: { ...recovery, ladder: [] } },
      { minCalls: 3 },
    ];
    for (const policy of policies) {
      expect(await edit({ policy })).toMatchObject(problem(400, 'invalid_policy'));
    }
    const clause = { attribute: 'plan', operator: 'in', values: [] };
    const effect = { kind: 'admit' };
    const rules = [
      [{ id: 'a', when: 'always', clauses: [clause], effect }],
      [{ id: 'a', when: 'always', clauses: [{ ...clause, operator: 'near' }], effect }],
      [{ id: 'a', when: 'sometimes', clauses: [], effect }],
    ];
    for (const list of rules) {
      expect(await edit({ rules: list })).toMatchObject(problem(400, 'invalid_rules'));
    }
    expect((await admin.get(path)).body).toMatchObject({ revision: 1 });
  });

  it('names of what is not there', async () => {
    const trip = { reason: 'test' };
    expect(await admin.post(`${PRODUCTION}/breakers/nobody/trip`, trip)).toMatchObject(
      problem(404, 'unknown_breaker', { breaker: 'nobody' }),
    );
    expect(await admin.get('/v1/projects/default/environments/moon/breakers')).toMatchObject(
      problem(404, 'unknown_environment'),
    );
    expect(await admin.get('/v1/projects/moon/environments/production/breakers')).toMatchObject(
      problem(404, 'unknown_project'),
    );
    expect(await admin.get('/v1/moon')).toMatchObject(problem(404, 'not_found'));
    const slash = { key: 'a/b', reason: 'test' };
    expect(await admin.post(`${PRODUCTION}/breakers`, slash)).toMatchObject(
      problem(400, 'invalid_breaker_key'),
    );
  });

  it('a command that does not fit the state, with what is possible', async () => {
    const { path } = await makeBreaker();
    const next = { action: 'next', reason: 'test' };
    expect(await admin.post(`${path}/ramp`, next)).toMatchObject(problem(409, 'not_ramping'));
    await admin.post(`${path}/trip`, { reason: 'test' });
    expect(await admin.post(`${path}/trip`, { reason: 'test' })).toMatchObject(
      problem(409, 'already_open'),
    );
    const past = { reason: 'test', until: 1 };
    expect(await admin.post(`${path}/trip`, past)).toMatchObject(problem(400, 'invalid_until'));
  });
});

describe('two operators at once', () => {
  it('an edit against an old revision names both, and one without If-Match is refused', async () => {
    const { path } = await makeBreaker();
    const edit = { name: 'mine', reason: 'test' };
    expect(await admin.patch(path, edit)).toMatchObject(problem(428, 'precondition_required'));
    const both = await Promise.all([
      admin.patch(path, edit, { 'if-match': '"1"' }),
      admin.patch(path, { ...edit, name: 'yours' }, { 'if-match': '"1"' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409);
    expect(lost).toMatchObject(problem(409, 'version_conflict', { expected: 1, actual: 2 }));
  });

  it('of commands that say what was seen, one wins and the others learn the version', async () => {
    const { key, path } = await makeBreaker();
    const trip = { reason: 'dead', expectedVersion: 1 };
    const answers = await Promise.all([1, 2, 3, 4].map(() => admin.post(`${path}/trip`, trip)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(answer).toMatchObject(problem(409, 'version_conflict', { expected: 1, actual: 2 }));
    }
    const audit = await admin.get(`${PRODUCTION}/audit?breaker=${key}&action=breaker.trip`);
    expect(audit.body).toMatchObject({ items: [{ reason: 'dead' }] });
    expect((audit.body as { items: unknown[] }).items).toHaveLength(1);
  });
});
