import { Recloser } from '@recloser/sdk';
import { segmentInfoSchema, segmentListSchema } from '@recloser/protocol';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { eventually } from '../testing/poll.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin, node } = await startFileNode();

const segments = `${PRODUCTION}/segments`;
const reason = 'test';
const ids = Array.from({ length: 100_000 }, () => randomUUID());
const list = (values: readonly string[]) => [{ attribute: 'accountId', operator: 'in', values }];
const vips = {
  id: 'vips',
  when: 'always',
  clauses: [{ attribute: 'segment', operator: 'in_segment', values: ['vip'] }],
  effect: { kind: 'reject' },
};
const BREAKERS = Array.from({ length: 60 }, (_, i) => `long-${i}`);

let folder: string;
let sdkKey: string;
const running: Recloser[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recloser-segments-'));
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  sdkKey = (body as { key: string }).key;
  const made = await admin.post(segments, { key: 'vip', clauses: list(ids), reason });
  expect(made.status).toBe(201);
  for (const key of BREAKERS) {
    const input = { key, rules: [vips], reason, mode: 'auto' };
    expect((await admin.post(`${PRODUCTION}/breakers`, input)).status).toBe(201);
  }
}, 120_000);

afterAll(async () => {
  await Promise.all(running.map((recloser) => recloser.close()));
  await rm(folder, { recursive: true });
});

const snapshotFile = () => join(folder, 'state.json');

async function connect(options: object = {}): Promise<Recloser> {
  const recloser = new Recloser({ url: node.url, sdkKey, service: 'checkout', ...options });
  running.push(recloser);
  expect(await recloser.ready({ timeoutMs: 30_000 })).toBe(true);
  return recloser;
}

const rejects = (recloser: Recloser, accountId = '') =>
  !recloser.breaker('long-7').allows({ accountId });

it('a list of 100,000 ids reaches an SDK whole, and an edit of it alone', async () => {
  const recloser = await connect({ snapshotFile: snapshotFile() });
  expect([ids[0], ids[50_000], ids[99_999]].map((id) => rejects(recloser, id))).toEqual([
    true,
    true,
    true,
  ]);
  expect(rejects(recloser, 'somebody')).toBe(false);
  const edits = [{ clause: 0, add: ['somebody'], remove: [ids[7]] }];
  const edited = await admin.patch(`${segments}/vip`, { edits, reason }, { 'if-match': '"1"' });
  expect(edited.status).toBe(200);
  const after = segmentInfoSchema.parse((await admin.get(`${segments}/vip`)).body);
  expect(after.clauses[0]?.values).toHaveLength(100_000);
  await eventually('the edit arrives', () => (rejects(recloser, 'somebody') ? true : null));
  expect(rejects(recloser, ids[7])).toBe(false);
  expect(rejects(recloser, ids[8])).toBe(true);
}, 60_000);

it('a process that starts from its file knows the list without the control plane', async () => {
  await eventually('the file is written', async () => {
    const text = await readFile(snapshotFile(), 'utf8').catch(() => '');
    return text.includes('"segmentsId"') ? true : null;
  });
  const first = running[0];
  await first?.close();
  const alone = new Recloser({ snapshotFile: snapshotFile(), connect: false });
  running.push(alone);
  await eventually('the file is read', () => (rejects(alone, ids[8]) ? true : null));
  expect(rejects(alone, ids[7])).toBe(false);
  expect(rejects(alone, 'somebody')).toBe(true);
}, 60_000);

it('an SDK that polls gets the list once, and then what changes', async () => {
  const authorization = `Bearer ${sdkKey}`;
  const ask = async (known?: string) => {
    const headers = {
      authorization,
      'recloser-features': 'parts',
      ...(known && { 'if-none-match': known }),
    };
    const answer = await fetch(`${node.url}/v1/sdk/snapshot`.replace(/^ws/, 'http'), { headers });
    return { tag: answer.headers.get('etag') ?? '', text: await answer.text() };
  };
  const first = await ask();
  expect(first.text.split('\n').at(0)).toMatch(/^\{"t":"part","segments":\[\{"key":"vip"/);
  expect(first.text.length).toBeGreaterThan(3_900_000);
  await admin.post(`${PRODUCTION}/breakers/long-7/trip`, { reason });
  const second = await eventually('the state moves on', async () => {
    const answer = await ask(first.tag);
    return answer.text === '' ? null : answer;
  });
  expect(second.text).toMatch(/^\{"t":"delta"/);
  expect(second.text.length).toBeLessThan(2_000);
}, 60_000);

it('a list of segments shows the first values of each, and how many there are', async () => {
  const { items } = segmentListSchema.parse((await admin.get(segments)).body);
  expect(items).toMatchObject([{ key: 'vip', counts: [100_000], usedBy: BREAKERS.toSorted() }]);
  expect(items[0]?.clauses[0]?.values).toHaveLength(1_000);
});

it('what would be too much for SDKs is refused, with the number', async () => {
  const more = [...ids, 'one-more'];
  expect(await admin.post(segments, { key: 'longer', clauses: list(more), reason })).toMatchObject({
    status: 400,
  });
  const wide = Array.from({ length: 30_000 }, (_, i) => `${i}`.padEnd(250, 'x'));
  const answers: number[] = [];
  for (const key of ['a', 'b', 'c']) {
    answers.push((await admin.post(segments, { key, clauses: list(wide), reason })).status);
  }
  expect(answers).toEqual([201, 201, 409]);
  const refused = await admin.post(segments, { key: 'd', clauses: list(wide), reason });
  expect(refused.body).toMatchObject({ code: 'limit_reached', limit: 20_971_520 });
}, 60_000);

it('an account is tried against the whole list', async () => {
  const path = `${PRODUCTION}/breakers/long-9/try`;
  const tried = async (accountId = '') => (await admin.post(path, { context: { accountId } })).body;
  expect(await tried(ids[99_999])).toMatchObject({ admitted: false, ruleId: 'vips' });
  expect(await tried(ids[7])).toMatchObject({ admitted: true });
});
