import { DEFAULT_CORRELATED } from '@recloser/core';
import { environmentSettingsSchema } from '@recloser/protocol';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { DEVELOPMENT, PRODUCTION } from '../testing/prepare.js';

const { admin, node } = await startFileNode();
const settings = `${PRODUCTION}/settings`;
const read = async (path = settings) =>
  environmentSettingsSchema.parse((await admin.get(path)).body);
const edit = (body: object, revision = 1, client = admin) =>
  client.patch(settings, body, { 'if-match': `"${revision}"` });

it('an administrator edits when openings wait; only what is given changes', async () => {
  expect(await read()).toEqual({ correlated: DEFAULT_CORRELATED, revision: 1, hold: null });
  const body = { correlated: { waitMs: 500 }, reason: 'shorter' };
  expect(await edit(body)).toMatchObject({
    status: 200,
    body: { correlated: { ...DEFAULT_CORRELATED, waitMs: 500 }, revision: 2 },
  });
  expect(await edit(body)).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
  expect(await edit({ correlated: { breakers: null }, reason: 'off' }, 2)).toMatchObject({
    body: { correlated: { breakers: null, share: 0.5, waitMs: 500 }, revision: 3 },
  });
  expect((await read(`${DEVELOPMENT}/settings`)).revision).toBe(1);
});

it('refuses what cannot be, with the field and its bounds, and who may not', async () => {
  const { revision } = await read();
  for (const correlated of [
    { breakers: 1 },
    { breakers: 2.5 },
    { share: -0.1 },
    { waitMs: 30_001 },
    { waitMs: null },
    { surprise: 1 },
  ]) {
    expect(await edit({ correlated, reason: 'odd' }, revision)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  }
  expect(await edit({ correlated: {} }, revision)).toMatchObject({
    body: { code: 'reason_required' },
  });
  expect(await admin.patch(settings, { correlated: {}, reason: 'r' })).toMatchObject({
    status: 428,
  });
  const person = { email: 'olga@example.com', name: 'Olga', password: 'long enough' };
  await admin.post('/v1/people', { ...person, role: 'operator' });
  const olga = await node.anonymous.signIn(person.email, person.password);
  expect((await olga.get(settings)).status).toBe(200);
  expect((await edit({ correlated: {}, reason: 'r' }, revision, olga)).status).toBe(403);
});

it('the settings are in the environment’s file', async () => {
  const bring = (document: string) =>
    admin.post(`${PRODUCTION}/import`, { document, reason: 'as code' });
  const document = 'recloser: 1\nsettings:\n  correlated: { breakers: 3, waitMs: 1500 }\n';
  const changed = await bring(document);
  expect(changed.body).toMatchObject({
    items: [
      {
        kind: 'settings',
        status: 'changed',
        changes: [
          { path: 'correlated.breakers', after: 3 },
          { path: 'correlated.waitMs', after: 1_500 },
        ],
      },
    ],
  });
  expect((await read()).correlated).toEqual({ breakers: 3, share: 0.5, waitMs: 1_500 });
  expect((await bring(document)).body).toMatchObject({ items: [] });
  const text = String((await admin.get(`${PRODUCTION}/export`)).body);
  expect(text).toContain('correlated:\n    breakers: 3\n    share: 0.5\n    waitMs: 1500\n');
  expect(await bring('recloser: 1\nsettings:\n  correlated: { waitMs: 1 }\n')).toMatchObject({
    status: 400,
    body: { code: 'invalid_document' },
  });
  await bring('recloser: 1\nbreakers: {}\n');
  expect((await read()).correlated.breakers).toBe(3);
});
