import { ROLES, type Role } from '@recloser/core';
import type { ApiToken, CreatedToken, CreateToken } from '@recloser/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { eventually } from '../testing/poll.js';
import { DEVELOPMENT, PRODUCTION } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';
import { ask, contractOf, own } from '../testing/route-access.js';
import { routesOf, type Route } from '../testing/routes.js';

const { node, admin } = await startFileNode();
const reason = 'test';
const DAY = 86_400_000;

async function create(input: Partial<CreateToken> = {}): Promise<CreatedToken> {
  const { status, body } = await admin.post('/v1/tokens', { name: 'ci', role: 'admin', ...input });
  expect([status, body]).toMatchObject([201, {}]);
  return body as CreatedToken;
}

const using = async (input: Partial<CreateToken> = {}): Promise<RestClient> =>
  node.anonymous.withToken((await create(input)).token);

const revoke = (id: string) => admin.post(`/v1/tokens/${id}/revoke`, { reason });

async function expired(): Promise<RestClient> {
  const expiresAt = (await node.db.now()) + 300;
  const { token } = await create({ expiresAt });
  await eventually('the token has expired', async () =>
    (await node.db.now()) > expiresAt ? true : null,
  );
  return node.anonymous.withToken(token);
}

describe('on every route a token', () => {
  /** Who asks → the refusal that each route has for them; null: it lets them through. */
  const callers = new Map<
    string,
    { client: RestClient; refusal: (route: Route) => string | null }
  >();

  beforeAll(async () => {
    const always = (code: string) => () => code;
    const role = (of: Role) => (route: Route) => {
      const { access, tokens } = contractOf(route);
      if (tokens === 'none') return 'token_refused';
      return ROLES.indexOf(of) < ROLES.findIndex((one) => one === access) ? 'forbidden' : null;
    };
    const limited = (isWithin: (route: Route) => boolean) => (route: Route) => {
      const { tokens } = contractOf(route);
      if (tokens === 'none') return 'token_refused';
      return tokens === 'any' || isWithin(route) ? role('admin')(route) : 'token_limited';
    };
    for (const of of ROLES) {
      callers.set(of, { client: await using({ role: of }), refusal: role(of) });
    }
    await admin.post('/v1/projects', { key: 'other', name: 'Other' });
    const inDefault = { project: 'default' };
    const inProject = ({ path }: Route) => path.includes('/:project');
    const inEnvironment = ({ path }: Route) => path.includes('/:environment');
    callers.set('of the project', { client: await using(inDefault), refusal: limited(inProject) });
    callers.set('of the environment', {
      client: await using({ ...inDefault, environment: 'production' }),
      refusal: limited(inEnvironment),
    });
    callers.set('of another environment', {
      client: await using({ ...inDefault, environment: 'development' }),
      refusal: limited(() => false),
    });
    callers.set('of another project', {
      client: await using({ project: 'other' }),
      refusal: limited(() => false),
    });
    const { token, record } = await create();
    await revoke(record.id);
    callers.set('revoked', {
      client: node.anonymous.withToken(token),
      refusal: always('token_revoked'),
    });
    callers.set('expired', { client: await expired(), refusal: always('token_expired') });
    callers.set('unknown', {
      client: node.anonymous.withToken(`rct_${'A'.repeat(43)}`),
      refusal: always('invalid_token'),
    });
  });

  const REFUSALS = new Set([
    'unauthenticated',
    'forbidden',
    'token_refused',
    'token_limited',
    'token_revoked',
    'token_expired',
    'invalid_token',
  ]);

  it('is let in or refused by its role, place and state', async () => {
    // Those that read first: some of the others change who may do what.
    const routes = routesOf(node.app).filter(own);
    expect(routes.length).toBeGreaterThan(60);
    for (const route of routes) {
      const { access, address: id, tokens } = contractOf(route);
      if (access === 'token' || (access === 'public' && tokens !== 'none')) continue;
      for (const [name, { client, refusal }] of callers) {
        const { status, headers, body } = await ask(client, route);
        const code = (body as { code?: string }).code ?? '';
        const found = REFUSALS.has(code) ? code : null;
        expect([id, name, found]).toEqual([id, name, refusal(route)]);
        expect([id, name, status]).not.toEqual([id, name, 500]);
        if (found === null) continue;
        expect([401, 403]).toContain(status);
        expect(headers.get('content-type')).toContain('application/problem+json');
        expect((body as { detail: string }).detail).toMatch(/\. .*|Ask an administrator/);
      }
    }
  });
});

describe('an API token', () => {
  it('is shown once, kept as a hash, and says when it was used', async () => {
    const { token, record } = await create({ name: 'deploy', role: 'operator' });
    expect(token).toMatch(/^rct_[A-Za-z0-9_-]{43}$/);
    expect(token.startsWith(record.prefix)).toBe(true);
    expect(record).toMatchObject({ createdBy: 'Administrator', lastUsedAt: null, revokedAt: null });
    expect((record.expiresAt ?? 0) - record.createdAt).toBe(90 * DAY);
    expect((await node.anonymous.withToken(token).get('/v1/me')).body).toEqual({
      user: { id: record.id, email: '', name: 'token:deploy', role: 'operator' },
      token: {
        id: record.id,
        name: 'deploy',
        project: null,
        environment: null,
        expiresAt: record.expiresAt,
      },
    });
    const { body } = await admin.get('/v1/tokens');
    const used = (body as ApiToken[]).find(({ id }) => id === record.id);
    expect(used?.lastUsedAt).toBeGreaterThanOrEqual(record.createdAt);
    expect(JSON.stringify(body)).not.toContain(token.slice(10));
  });

  it('acts as itself in the audit log, which verifies', async () => {
    const { token, record } = await create({ name: 'drill', role: 'operator' });
    const client = node.anonymous.withToken(token);
    expect(await client.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason })).toMatchObject({
      status: 201,
    });
    const trip = await client.post(`${PRODUCTION}/breakers/stripe/trip`, { reason });
    expect(trip).toMatchObject({ status: 200, body: { breaker: { state: 'open' } } });
    const events = await admin.get(`${PRODUCTION}/audit?breaker=stripe&limit=1`);
    expect(events.body).toMatchObject({
      items: [
        { action: 'breaker.trip', actor: { kind: 'token', id: record.id, name: 'token:drill' } },
      ],
    });
    for (const path of [`${PRODUCTION}/audit/verify`, '/v1/audit/verify']) {
      expect(await admin.get(path)).toMatchObject({ status: 200, body: { ok: true } });
    }
  });

  it('is made and ended with an event each, that does not tell it', async () => {
    const { token, record } = await create({ name: 'short', project: 'default', role: 'viewer' });
    const ended = await revoke(record.id);
    expect((ended.body as ApiToken).revokedAt).not.toBeNull();
    expect((await revoke(record.id)).body).toEqual(ended.body);
    const { body } = await admin.get('/v1/audit?action=token&limit=2');
    expect(body).toMatchObject({
      items: [
        { action: 'token.revoke', reason, after: { id: record.id } },
        { action: 'token.create', after: { id: record.id, role: 'viewer', project: 'default' } },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(token.slice(10));
    expect(await revoke('01234567-89ab-7def-8123-456789abcdef')).toMatchObject({ status: 404 });
  });

  it('can make tokens only as an admin of the whole installation', async () => {
    const asked = { name: 'child', role: 'viewer' };
    for (const [input, status] of [
      [{ role: 'operator' }, 403],
      [{ role: 'admin', project: 'default' }, 403],
      [{ role: 'admin' }, 201],
    ] as const) {
      const client = await using(input);
      expect([input, (await client.post('/v1/tokens', asked)).status]).toEqual([input, status]);
    }
  });

  it('that is limited sees only its projects and environments', async () => {
    const client = await using({ project: 'default', environment: 'production', role: 'viewer' });
    const { body } = await client.get('/v1/projects');
    expect(body).toMatchObject([{ key: 'default', environments: [{ key: 'production' }] }]);
    expect((body as unknown[]).length).toBe(1);
    expect((await client.get(`${PRODUCTION}/breakers`)).status).toBe(200);
    expect(await client.get(`${DEVELOPMENT}/breakers`)).toMatchObject({
      status: 403,
      body: { code: 'token_limited', project: 'default', environment: 'production' },
    });
  });

  it.each([
    [{ expiresAt: 1 }, 400, 'invalid_time'],
    [{ project: 'nowhere' }, 404, 'unknown_project'],
    [{ project: 'default', environment: 'nowhere' }, 404, 'unknown_environment'],
    [{ environment: 'production' }, 400, 'invalid_request'],
    [{ name: ' ' }, 400, 'invalid_request'],
    [{ role: 'owner' }, 400, 'invalid_request'],
  ])('cannot be made with %j', async (input, status, code) => {
    const made = await admin.post('/v1/tokens', { name: 'ci', role: 'viewer', ...input });
    expect(made).toMatchObject({ status, body: { code } });
  });

  it('need not end', async () => {
    expect((await create({ expiresAt: null })).record.expiresAt).toBeNull();
  });
});

describe('a request with an API token', () => {
  it('needs no Origin, which a page of another site still does with a cookie', async () => {
    const client = await using();
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const path = `${PRODUCTION}/breakers`;
    const made = await client.post(path, { key: 'foreign', reason }, foreign);
    expect(made.status).toBe(201);
    const cookie = { ...foreign, cookie: admin.cookie ?? '' };
    expect(await client.post(path, { key: 'more', reason }, cookie)).toMatchObject({
      status: 403,
      body: { code: 'cross_origin' },
    });
  });

  it('is its own even beside a session, and a bearer of a proxy is left alone', async () => {
    const { token } = await create({ role: 'viewer' });
    const both = await admin.get('/v1/me', { authorization: `bearer  ${token}` });
    expect(both.body).toMatchObject({ user: { role: 'viewer', name: 'token:ci' } });
    const proxied = await admin.get('/v1/me', { authorization: 'Bearer eyJhbGciOi.J9' });
    expect(proxied.body).toMatchObject({ user: { role: 'admin' } });
    const basic = await node.anonymous.get('/v1/me', { authorization: 'Basic cmN0Xw==' });
    expect(basic).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const other = await node.anonymous.withToken('rk_prod_x').get('/v1/me');
    expect(other).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  });

  it('is refused when the token is in the address, however it is written', async () => {
    const { token } = await create({ role: 'viewer' });
    for (const path of [
      `/v1/me?token=${token}`,
      `/v1/me?access_token=${token.replace('_', '%5F')}`,
      `${PRODUCTION}/breakers/${token}`,
      `/docs?${token.replace('rct', '%72%63%74')}`,
    ]) {
      expect([path, await admin.get(path)]).toMatchObject([
        path,
        { status: 400, body: { code: 'token_in_url' } },
      ]);
    }
  });

  it('is described in the document', async () => {
    const { body } = await admin.get('/docs/json');
    const text = body as {
      paths: Record<string, Record<string, { security: unknown }>>;
      components: { securitySchemes: Record<string, unknown> };
    };
    expect(text.components.securitySchemes['apiToken']).toMatchObject({ scheme: 'bearer' });
    expect(text.paths['/v1/me']?.['get']?.security).toEqual([{ session: [] }, { apiToken: [] }]);
    expect(text.paths['/v1/auth/change-password']?.['post']?.security).toEqual([{ session: [] }]);
  });
});
