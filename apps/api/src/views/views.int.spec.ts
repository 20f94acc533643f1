import { LIMITS, savedViewListSchema } from '@recloser/protocol';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { DEVELOPMENT, PRODUCTION } from '../testing/prepare.js';

const { admin, node } = await startFileNode();
const views = `${PRODUCTION}/views`;
const kept = async (client = admin, path = views) =>
  savedViewListSchema
    .parse((await client.get(path)).body)
    .items.map(({ name, query }) => [name, query]);

it('a view is kept for who saved it, in the environment where it was saved', async () => {
  expect(await kept()).toEqual([]);
  const input = { name: ' Payments at night ', query: '?owner=payments&density=compact' };
  const saved = await admin.post(views, input);
  expect(saved).toMatchObject({ status: 200, body: { items: [{ name: 'Payments at night' }] } });
  await admin.post(views, { name: 'All', query: '' });
  expect(await kept()).toEqual([
    ['All', ''],
    ['Payments at night', input.query],
  ]);
  expect(await kept(admin, `${DEVELOPMENT}/views`)).toEqual([]);

  const body = { email: 'eve@example.com', name: 'Eve', role: 'viewer', password: 'long enough' };
  await admin.post('/v1/people', body);
  const eve = await node.anonymous.signIn(body.email, body.password);
  expect(await kept(eve)).toEqual([]);
  expect((await eve.post(views, { name: 'All', query: '?q=eve' })).status).toBe(200);
  expect(await kept(eve)).toEqual([['All', '?q=eve']]);
  expect(await kept()).toHaveLength(2);

  expect((await admin.post(`${views}/remove`, { name: 'All' })).body).toMatchObject({
    items: [{ name: 'Payments at night' }],
  });
  expect(await kept(eve)).toHaveLength(1);
});

it('refuses what is no view, with what to do instead', async () => {
  const refused = async (body: object) => (await admin.post(views, body)).body;
  const problem = { status: 400, code: 'invalid_request' };
  const long = 'x'.repeat(LIMITS.viewNameLength + 1);
  for (const name of ['', '  ', long, 7]) {
    expect(await refused({ name, query: '' })).toMatchObject(problem);
  }
  const far = `?q=${'x'.repeat(LIMITS.viewQueryLength)}`;
  for (const query of ['/elsewhere', 'https://example.com', '?a=b#c', '?a b', far, undefined]) {
    expect(await refused({ name: 'odd', query })).toMatchObject(problem);
  }
  expect(await refused({ name: 'odd', query: '//example.com' })).toMatchObject({
    problems: [{ path: 'query', message: expect.stringContaining('?state=open') as string }],
  });
  expect(await admin.post(`${views}/remove`, {})).toMatchObject({ status: 400 });
  expect(await admin.get('/v1/projects/default/environments/nowhere/views')).toMatchObject({
    status: 404,
    body: { code: 'unknown_environment' },
  });
});

it('keeps no more than the limit, and says so', async () => {
  const path = `${DEVELOPMENT}/views`;
  for (let view = 0; view < LIMITS.viewsPerPerson; view += 1) {
    expect((await admin.post(path, { name: `view ${view}`, query: '' })).status).toBe(200);
  }
  expect(await admin.post(path, { name: 'one more', query: '' })).toMatchObject({
    status: 409,
    body: { code: 'limit_reached', limit: LIMITS.viewsPerPerson },
  });
  expect((await admin.post(path, { name: 'view 3', query: '?q=a' })).status).toBe(200);
  expect(await kept(admin, path)).toHaveLength(LIMITS.viewsPerPerson);
});
