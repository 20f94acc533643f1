import {
  breakerDetailSchema,
  changedSegmentSchema,
  SDK_PROTOCOL_VERSION,
  segmentListSchema,
} from '@recloser/protocol';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';
import { TestSocket } from '../testing/test-socket.js';

const { admin, node } = await startFileNode();

const segments = `${PRODUCTION}/segments`;
const reason = 'test';
const email = (end: string) => [{ attribute: 'email', operator: 'ends_with', values: [end] }];
const inSegment = (...keys: string[]) => [
  {
    id: 'staff',
    when: 'not_closed',
    clauses: [{ attribute: 'segment', operator: 'in_segment', values: keys }],
    effect: { kind: 'admit' },
  },
];
const problem = (status: number, code: string, more: object = {}) => ({
  status,
  body: expect.objectContaining({ code, status, ...more }) as unknown,
});

it('a segment travels with every breaker that names it, at the moment it changes', async () => {
  const made = await admin.post(segments, { key: 'staff', clauses: email('@corp'), reason });
  expect(made.status).toBe(201);
  const path = `${PRODUCTION}/breakers/named`;
  const input = { key: 'named', rules: inSegment('staff'), reason };
  expect((await admin.post(`${PRODUCTION}/breakers`, input)).status).toBe(201);
  await admin.post(`${path}/trip`, { reason });
  await admin.post(`${path}/restore`, { reason });

  const before = breakerDetailSchema.parse((await admin.get(path)).body);
  expect(before.view.segments).toMatchObject([{ key: 'staff', clauses: email('@corp') }]);
  const admitted = async (address: string) =>
    (await admin.post(`${path}/try`, { context: { email: address } })).body;
  expect(await admitted('ada@corp')).toMatchObject({ admitted: true, ruleId: 'staff' });

  const edit = { clauses: email('@other'), reason: 'they moved' };
  const edited = await admin.patch(`${segments}/staff`, edit, { 'if-match': '"1"' });
  const { seq, segment } = changedSegmentSchema.parse(edited.body);
  expect(segment).toMatchObject({ revision: 2, usedBy: ['named'] });
  const after = breakerDetailSchema.parse((await admin.get(path)).body);
  expect(after).toMatchObject({ seq, revision: before.revision, version: before.version });
  expect(await admitted('ada@corp')).toMatchObject({ admitted: false });
  expect(await admitted('ada@other')).toMatchObject({ admitted: true, ruleId: 'staff' });

  const audit = await admin.get(`${PRODUCTION}/audit?action=segment`);
  expect(audit.body).toMatchObject({
    items: [
      { action: 'segment.applied', breaker: 'named', reason: 'they moved', seq },
      { action: 'segment.edit', breaker: null, before: { revision: 1 }, after: { revision: 2 } },
      { action: 'segment.create' },
    ],
  });
  expect((await admin.get(`${PRODUCTION}/audit/verify`)).body).toMatchObject({ ok: true });
});

it('reaches an SDK that is connected, when it connects and when it is edited', async () => {
  await admin.post(segments, { key: 'told', clauses: email('@corp'), reason });
  const input = { key: 'telling', rules: inSegment('told'), reason };
  await admin.post(`${PRODUCTION}/breakers`, input);
  const { key } = (await admin.post(`${PRODUCTION}/keys`, { name: 'test' })).body as {
    key: string;
  };
  const socket = await TestSocket.open(`${node.url}/v1/sdk`, { authorization: `Bearer ${key}` });
  try {
    const instance = { id: 'instance-1', service: 'checkout', sdk: 'test/1' };
    socket.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
    const telling = (clauses: object) =>
      expect.arrayContaining([
        expect.objectContaining({ key: 'telling', segments: [{ key: 'told', clauses }] }),
      ]) as unknown;
    expect((await socket.next('full'))['breakers']).toEqual(telling(email('@corp')));
    const edit = { clauses: email('@other'), reason };
    await admin.patch(`${segments}/told`, edit, { 'if-match': '"1"' });
    expect((await socket.next('delta'))['breakers']).toEqual(telling(email('@other')));
  } finally {
    socket.kill();
  }
});

it('is not removed while rules name it, and then is', async () => {
  await admin.post(segments, { key: 'used', clauses: email('@corp'), reason });
  const path = `${PRODUCTION}/breakers/user`;
  await admin.post(`${PRODUCTION}/breakers`, { key: 'user', rules: inSegment('used'), reason });
  expect(await admin.post(`${segments}/used/remove`, { reason })).toMatchObject(
    problem(409, 'segment_in_use', { breakers: ['user'] }),
  );
  await admin.patch(path, { rules: [], reason }, { 'if-match': '"1"' });
  expect((await admin.post(`${segments}/used/remove`, { reason })).status).toBe(200);
  expect(await admin.get(`${segments}/used`)).toMatchObject(problem(404, 'unknown_segment'));
});

it('refuses what cannot be kept, and says why', async () => {
  await admin.post(segments, { key: 'taken', clauses: email('@corp'), reason });
  const again = { key: 'taken', clauses: email('@corp'), reason };
  expect(await admin.post(segments, again)).toMatchObject(problem(409, 'already_exists'));
  const nested = { key: 'nested', clauses: inSegment('taken')[0]?.clauses, reason };
  expect(await admin.post(segments, nested)).toMatchObject(problem(400, 'invalid_segment'));
  const odd = { key: 'Odd Key', clauses: email('@corp'), reason };
  expect((await admin.post(segments, odd)).status).toBe(400);
  expect(await admin.patch(`${segments}/taken`, { name: 'x', reason })).toMatchObject(
    problem(428, 'precondition_required'),
  );
  const stale = await admin.patch(
    `${segments}/taken`,
    { name: 'x', reason },
    { 'if-match': '"7"' },
  );
  expect(stale).toMatchObject(problem(409, 'version_conflict', { expected: 7, actual: 1 }));
  const rules = { key: 'lost', rules: inSegment('nowhere'), reason };
  expect(await admin.post(`${PRODUCTION}/breakers`, rules)).toMatchObject(
    problem(400, 'invalid_rules', {
      problems: [{ path: 'rules.0.clauses.0.values.0', message: expect.any(String) as string }],
    }),
  );
  expect((await admin.get(`${PRODUCTION}/breakers/lost`)).status).toBe(404);
});

it('is not changed so that a breaker that names it could not be kept', async () => {
  const patterns = (count: number) => [
    {
      attribute: 'a',
      operator: 'matches',
      values: Array.from({ length: count }, (_, i) => `^x{45${i}}`),
    },
  ];
  await admin.post(segments, { key: 'one', clauses: patterns(3), reason });
  await admin.post(segments, { key: 'two', clauses: patterns(1), reason });
  await admin.post(`${PRODUCTION}/breakers`, {
    key: 'both',
    rules: inSegment('one', 'two'),
    reason,
  });
  const edited = await admin.patch(
    `${segments}/two`,
    { clauses: patterns(3), reason },
    { 'if-match': '"1"' },
  );
  expect(edited).toMatchObject(problem(400, 'invalid_rules', { breaker: 'both' }));
  const { items } = segmentListSchema.parse((await admin.get(segments)).body);
  expect(items.find(({ key }) => key === 'two')?.revision).toBe(1);
});
