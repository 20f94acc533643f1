import { DEFAULT_POLICY } from '@recloser/core';
import { breakerDetailSchema, importResultSchema } from '@recloser/protocol';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { DEVELOPMENT, PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

const bring = async (document: string, environment = PRODUCTION, dryRun = false) =>
  admin.post(`${environment}/import${dryRun ? '?dryRun=true' : ''}`, {
    document,
    reason: 'as code',
  });
const result = async (document: string, environment = PRODUCTION, dryRun = false) => {
  const answer = await bring(document, environment, dryRun);
  expect(answer.body).toMatchObject({ dryRun });
  return importResultSchema.parse(answer.body);
};
const exported = async (environment = PRODUCTION) =>
  String((await admin.get(`${environment}/export`)).body);

const DOCUMENT = `recloser: 1
segments:
  staff: # who works here
    clauses:
      - { attribute: email, operator: ends_with, values: ['@corp.example'] }
breakers:
  stripe:
    owner: payments
    tags: [critical]
    policy:
      trip: { toleratedRate: 0.5 }
    rules:
      - id: staff
        when: not_closed
        clauses: [{ attribute: segment, operator: in_segment, values: [staff] }]
        effect: { kind: admit }
  'Straße & co: 支付?': {}
  __proto__: { owner: nobody, tags: [1.10, 0123] }
`;

it('says what it would do, does it, and then has nothing more to do', async () => {
  const before = await exported();
  const dry = await result(DOCUMENT, PRODUCTION, true);
  const wanted = [
    { kind: 'segment', key: 'staff', status: 'created' },
    { kind: 'breaker', key: 'stripe', status: 'created' },
    { kind: 'breaker', key: 'Straße & co: 支付?', status: 'created' },
    { kind: 'breaker', key: '__proto__', status: 'created' },
  ];
  expect(dry.items).toMatchObject(wanted);
  expect(await exported()).toBe(before);

  expect((await result(DOCUMENT)).items).toMatchObject(wanted);
  const read = await admin.get(`${PRODUCTION}/breakers/stripe`);
  expect(breakerDetailSchema.parse(read.body)).toMatchObject({
    owner: 'payments',
    mode: 'observe',
    state: 'closed',
    policy: { ...DEFAULT_POLICY, trip: { ...DEFAULT_POLICY.trip, toleratedRate: 0.5 } },
    view: { segments: [{ key: 'staff' }] },
  });
  const again = await result(DOCUMENT);
  expect(new Set(again.items.map(({ status }) => status))).toEqual(new Set(['same']));
  expect((await admin.get(`${PRODUCTION}/audit/verify`)).body).toMatchObject({ ok: true });
});

it('gives back what it was given, also into another environment', async () => {
  const text = await exported();
  expect((await result(text)).items.every(({ status }) => status === 'same')).toBe(true);
  const elsewhere = await result(text, DEVELOPMENT);
  expect(elsewhere.items).toMatchObject([
    { key: 'staff', status: 'created' },
    { key: 'Straße & co: 支付?', status: 'same' },
    { key: '__proto__', status: 'same' },
    { key: 'stripe', status: 'changed' },
  ]);
  expect(await exported(DEVELOPMENT)).toBe(text);
});

it('changes field by field, leaves alone what it does not name, and keeps the state', async () => {
  await admin.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'dead' });
  const document = `recloser: 1
breakers:
  stripe:
    owner: money
    rules: []
`;
  expect((await result(document)).items).toMatchObject([
    { kind: 'segment', key: 'staff', status: 'only_here' },
    {
      key: 'stripe',
      status: 'changed',
      changes: [
        { path: 'owner', before: 'payments', after: 'money' },
        { path: 'rules.staff', before: { id: 'staff' }, after: null },
      ],
    },
    { key: 'Straße & co: 支付?', status: 'only_here' },
    { key: '__proto__', status: 'only_here' },
  ]);
  expect((await admin.get(`${PRODUCTION}/breakers/stripe`)).body).toMatchObject({
    state: 'open',
    policy: { trip: { toleratedRate: 0.5 } },
  });
  const audit = await admin.get(`${PRODUCTION}/audit?breaker=stripe&action=breaker.edit`);
  expect(audit.body).toMatchObject({ items: [{ reason: 'as code', after: { owner: 'money' } }] });
});

it.each([
  ['recloser: 2\n', 1, 'recloser'],
  ['recloser: 1\nbreakers:\n  a: {}\n  a: {}\n', 4, 'breakers.a'],
  ['recloser: 1\nbreakers:\n  a:\n    colour: red\n', 4, 'breakers.a'],
  [
    'recloser: 1\nbreakers:\n  a:\n    policy:\n      trip:\n        excessMs: 7\n',
    6,
    'breakers.a.policy.trip.excessMs',
  ],
  [
    'recloser: 1\nsegments:\n  s:\n    clauses:\n      - attribute: x\n        operator: matches\n        values: ["("]\n',
    7,
    'segments.s.clauses.0.values.0',
  ],
  [
    'recloser: 1\nbreakers:\n  a:\n    rules:\n      - { id: r, when: always, effect: { kind: admit },\n          clauses: [{ attribute: segment, operator: in_segment, values: [nobody] }] }\n',
    6,
    'breakers.a.rules.0.clauses.0.values.0',
  ],
  ['['.repeat(10_000), 1, ''],
  ['['.repeat(30_000), 1, ''],
  ["recloser: 1\nbreakers:\n  1: {}\n  '1': {}\n", 4, 'breakers.1'],
  ['recloser: 1\nbreakers:\n  a: {}\n  ..: {}\n', 4, 'breakers...'],
  ['recloser: 1\nbreakers:\n  a: !odd {}\n', 3, ''],
  [`recloser: 1\na: &a [x,x,x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]\n`, null, ''],
])('refuses what it cannot keep, with the line: %j', async (document, line, path) => {
  const answer = await bring(document);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'invalid_document' });
  const { problems } = answer.body as { problems: { line: number | null; path: string }[] };
  if (line !== null) expect(problems[0]).toMatchObject({ line, path });
});

it('does all of it or nothing', async () => {
  const before = await exported();
  const document = `recloser: 1
breakers:
  fresh: {}
  stripe: { group: payments }
`;
  // A group is changed only while the breaker is closed, and this one is open.
  expect((await bring(document)).body).toMatchObject({ code: 'not_closed' });
  expect((await bring(document, PRODUCTION, true)).body).toMatchObject({ code: 'not_closed' });
  expect(await exported()).toBe(before);
});

it('lets others be served while it reads what takes long', async () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `  n${index}: {}\n`).join('');
  let answered = 0;
  const reading = bring(`recloser: 1\nbreakers:\n${names}`).finally(() => {
    answered = Number.POSITIVE_INFINITY;
  });
  while (answered < Number.POSITIVE_INFINITY) {
    expect((await admin.get('/health/live')).status).toBe(200);
    answered += 1;
    expect(answered).toBeGreaterThan(0);
  }
  expect((await reading).body).toMatchObject({ code: 'invalid_document' });
});

const LONG_MS = 240_000;

it(
  'takes a list of 100,000 ids, and says how long a longer file is',
  async () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => `          - account-${i}\n`).join('');
    const head = 'recloser: 1\nsegments:\n  long:\n    clauses:\n      - attribute: accountId\n';
    const document = `${head}        operator: in\n        values:\n${ids}`;
    expect(document.length).toBeGreaterThan(2_300_000);
    expect((await result(document)).items[0]).toMatchObject({ key: 'long', status: 'created' });
    expect((await result(document)).items[0]).toMatchObject({ key: 'long', status: 'same' });
    const text = await exported();
    expect((await result(text)).items[0]).toMatchObject({ key: 'long', status: 'same' });
    expect(await exported()).toBe(text);
    const refused = await bring(`${document}#${'x'.repeat(4 * 1024 * 1024)}`);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('6.5 MB; at most 5.0 MB can be imported');
  },
  LONG_MS,
);

it(
  'takes 2,000 breakers in one file, and gives back the same bytes',
  async () => {
    const before = (await result('recloser: 1\n', DEVELOPMENT, true)).items;
    const count = 2_000 - before.filter(({ kind }) => kind === 'breaker').length;
    const lines = Array.from(
      { length: count },
      (_, i) => `  many-${i}: { owner: team-${i % 7} }\n`,
    );
    const document = `recloser: 1\nbreakers:\n${lines.join('')}`;
    const made = await result(document, DEVELOPMENT);
    expect(made.items.filter(({ status }) => status === 'created')).toHaveLength(count);
    const edited = await result(document.replaceAll('owner: team-1', 'owner: ops'), DEVELOPMENT);
    const changed = lines.filter((line) => line.includes('team-1')).length;
    expect(edited.items.filter(({ status }) => status === 'changed')).toHaveLength(changed);
    expect((await admin.get(`${DEVELOPMENT}/audit/verify`)).body).toMatchObject({ ok: true });

    const text = await exported(DEVELOPMENT);
    const again = await result(text, DEVELOPMENT);
    expect(new Set(again.items.map(({ status }) => status))).toEqual(new Set(['same']));
    expect(await exported(DEVELOPMENT)).toBe(text);

    const others = lines.concat(Array.from({ length: 2_001 - count }, (_, i) => `  x-${i}: {}\n`));
    const refused = await bring(`recloser: 1\nbreakers:\n${others.join('')}`, DEVELOPMENT, true);
    expect(refused.body).toMatchObject({
      problems: [{ message: 'At most 2000 breakers in one file; there are 2001. Split it.' }],
    });
  },
  LONG_MS,
);
