import {
  channelInfoSchema,
  channelListSchema,
  createdChannelSchema,
  LIMITS,
} from '@recloser/protocol';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

const path = `${PRODUCTION}/channels`;
const reason = 'test';
const input = (name: string, more: object = {}) => ({
  name,
  kind: 'webhook',
  url: 'https://hooks.example.com/T0/secret-part',
  events: ['opened', 'closed'],
  reason,
  ...more,
});
const list = async () => channelListSchema.parse((await admin.get(path)).body).items;
const problem = (status: number, code: string) => ({
  status,
  body: expect.objectContaining({ code, status }) as unknown,
});

it('is made, edited and removed, and its address and secret are told to nobody', async () => {
  const made = await admin.post(path, input('on call'));
  expect(made.status).toBe(201);
  const { channel, secret } = createdChannelSchema.parse(made.body);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(channel).toMatchObject({
    host: 'hooks.example.com',
    tags: [],
    revision: 1,
    failing: null,
  });
  const item = `${path}/${channel.id}`;
  const pause = { paused: true, reason: 'at night' };
  expect(await admin.patch(item, pause)).toMatchObject(problem(428, 'precondition_required'));
  const edited = await admin.patch(item, pause, { 'if-match': '"1"' });
  expect(channelInfoSchema.parse(edited.body)).toMatchObject({ paused: true, revision: 2 });
  expect(await admin.patch(item, pause, { 'if-match': '"1"' })).toMatchObject(
    problem(409, 'version_conflict'),
  );
  const url = 'https://other.example.com/hidden';
  await admin.patch(item, { url, reason }, { 'if-match': '"2"' });
  expect(await list()).toMatchObject([{ host: 'other.example.com', paused: true }]);
  const audit = await admin.get(`${PRODUCTION}/audit?action=channel`);
  const told = JSON.stringify([audit.body, await list()]);
  expect(told).toContain('channel.edit');
  for (const hidden of ['secret-part', 'hidden', 'whsec_']) expect(told).not.toContain(hidden);
  expect((await admin.post(`${item}/remove`, { reason })).status).toBe(200);
  expect(await admin.post(`${item}/remove`, { reason })).toMatchObject(problem(404, 'not_found'));
  expect(await list()).toEqual([]);
});

it('of a chat has no secret', async () => {
  const { body } = await admin.post(path, input('chat', { kind: 'chat', tags: ['tier-1'] }));
  const { channel, secret } = createdChannelSchema.parse(body);
  expect(secret).toBeNull();
  expect((await admin.post(`${path}/${channel.id}/remove`, { reason })).status).toBe(200);
});

it('is asked to send a test', async () => {
  const { channel } = createdChannelSchema.parse((await admin.post(path, input('tested'))).body);
  const asked = await admin.post(`${path}/${channel.id}/test`, {});
  expect(channelInfoSchema.parse(asked.body).test).toMatchObject({ doneAt: null, why: null });
  expect(await admin.post(`${path}/nobody/test`, {})).toMatchObject(problem(404, 'not_found'));
});

it('keeps the values of its headers to itself, and lists what was set aside', async () => {
  const headers = [{ name: 'Authorization', value: 'Bearer hidden' }];
  const made = await admin.post(path, input('with headers', { headers }));
  const { channel } = createdChannelSchema.parse(made.body);
  expect(channel).toMatchObject({ headers: ['Authorization'], setAside: 0, stopped: null });
  const item = `${path}/${channel.id}`;
  expect((await admin.get(`${item}/set-aside`)).body).toEqual({ items: [] });
  const edit = { headers: [{ name: 'authorization' }, { name: 'X-New' }], reason };
  expect(await admin.patch(item, edit, { 'if-match': '"1"' })).toMatchObject(
    problem(400, 'invalid_request'),
  );
  const audit = await admin.get(`${PRODUCTION}/audit?action=channel`);
  expect(JSON.stringify(audit.body)).not.toContain('Bearer hidden');
  expect((await admin.post(`${item}/remove`, { reason })).status).toBe(200);
});

it('has its secret changed, and tells until when the one before signs', async () => {
  const { body } = await admin.post(path, input('rotated'));
  const { channel, secret } = createdChannelSchema.parse(body);
  const item = `${path}/${channel.id}`;
  const rotated = createdChannelSchema.parse(
    (await admin.post(`${item}/rotate-secret`, { reason })).body,
  );
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.channel).toMatchObject({ revision: 2 });
  expect(rotated.channel.previousSecretUntil).toBeGreaterThan(channel.createdAt);
  expect((await admin.post(`${item}/remove`, { reason })).status).toBe(200);
  const chat = createdChannelSchema.parse(
    (await admin.post(path, input('chat', { kind: 'chat' }))).body,
  );
  const refused = await admin.post(`${path}/${chat.channel.id}/rotate-secret`, { reason });
  expect(refused).toMatchObject(problem(400, 'invalid_request'));
  expect((await admin.post(`${path}/${chat.channel.id}/remove`, { reason })).status).toBe(200);
});

it.each([
  ['a header of its own', { headers: [{ name: 'Content-Length', value: '1' }] }],
  ['a header of two lines', { headers: [{ name: 'X-A', value: 'a\r\nX-B: b' }] }],
  ['a header without a value', { headers: [{ name: 'X-A' }] }],
  ['no address', { url: 'hooks.example.com' }],
  ['an address of another kind', { url: 'file:///etc/passwd' }],
  ['an address without end', { url: `https://example.com/${'x'.repeat(LIMITS.urlLength)}` }],
  ['nothing to tell', { events: [] }],
  ['something unknown to tell', { events: ['exploded'] }],
  ['no reason', { reason: '' }],
  ['something more', { secret: 'whsec_mine' }],
])('is refused with %s', async (_name, more) => {
  const { status, body } = await admin.post(path, input('bad', more));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { code: expect.any(String) as string },
  });
});

it('has a name of its own, and there are not too many', async () => {
  const before = (await list()).length;
  for (let index = before; index < LIMITS.channelsPerEnvironment; index += 1) {
    expect((await admin.post(path, input(`c${index}`))).status).toBe(201);
  }
  expect(await admin.post(path, input('c5'))).toMatchObject(problem(409, 'already_exists'));
  expect(await admin.post(path, input('one more'))).toMatchObject(problem(409, 'limit_reached'));
  const [first, second] = await list();
  const rename = { name: second?.name, reason };
  expect(
    await admin.patch(`${path}/${first?.id ?? ''}`, rename, { 'if-match': '"1"' }),
  ).toMatchObject(problem(409, 'already_exists'));
});
