import { importResultSchema } from '@recloser/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';

const { admin } = await startFileNode();

const bring = (document: string, place: string, dryRun = false) =>
  admin.post(`${place}/import?dryRun=${dryRun}`, { document, reason: 'as code' });
const result = async (document: string, place: string, dryRun = false) => {
  const answer = await bring(document, place, dryRun);
  expect(answer.body).toMatchObject({ dryRun });
  return importResultSchema.parse(answer.body);
};
const exported = async (place: string) => String((await admin.get(`${place}/export`)).body);

/** A place with nothing in it, and its project. */
let places = 0;
async function emptyPlace(): Promise<string> {
  places += 1;
  const key = `place-${places}`;
  await admin.post('/v1/projects', { key, name: key });
  const environment = { key: 'live', name: 'Live', kind: 'production' };
  await admin.post(`/v1/projects/${key}/environments`, environment);
  return `/v1/projects/${key}/environments/live`;
}

const SCHEDULE = {
  when: { kind: 'weekly', days: [7, 1], time: '02:30' },
  timeZone: 'Europe/Berlin',
  durationMinutes: 90,
  leadMinutes: 5,
  action: { kind: 'dim', admission: 2 ** 28 },
};

it('comes out of an empty installation with the same bytes, whatever names and values it has', async () => {
  const storable = (text: string) => !/\0|\p{Cs}/u.test(text);
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }).filter(storable),
    fc.constantFrom('__proto__', 'null', '1.10', '0123', '-0', '<<', '# x', 'a: b', 'a\nb\t', '~'),
  );
  const name = text.filter((given) => given.trim() !== '').map((given) => given.trim());
  const key = name.filter(
    (given) => /^[^\p{Cc}\p{Cs}\s/]+$/u.test(given) && given !== '.' && given !== '..',
  );
  const values = fc.array(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(1e21)), {
    minLength: 1,
    maxLength: 4,
  });
  const clauses = fc
    .tuple(name, values)
    .map(([attribute, given]) => [{ attribute, operator: 'in', values: given }]);
  const breaker = fc.record({
    name,
    description: text,
    owner: text.map((given) => given.trim()),
    tags: fc.uniqueArray(name, { maxLength: 3 }),
    cohortKey: name,
    group: fc.option(name),
    rules: clauses.map((given) => [
      { id: 'r', when: 'always', clauses: given, effect: { kind: 'admit' } },
    ]),
  });
  const document = fc.record({
    recloser: fc.constant(1),
    settings: fc.record({
      correlated: fc.record({ breakers: fc.option(fc.integer({ min: 2, max: 9 })) }),
    }),
    segments: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.record({ name, clauses })),
    schedules: fc.dictionary(
      fc.stringMatching(/^[a-z0-9]{1,9}$/),
      fc
        .tuple(name, text, fc.uniqueArray(name, { minLength: 1, maxLength: 2 }))
        .map(([called, description, tags]) => ({
          name: called,
          description,
          plan: { ...SCHEDULE, breakers: [], tags },
        })),
    ),
    breakers: fc.dictionary(key, breaker),
  });
  await fc.assert(
    fc.asyncProperty(document, async (given) => {
      const [first, second] = [await emptyPlace(), await emptyPlace()];
      const made = await bring(JSON.stringify(given), first);
      expect([made.status, made.body]).toMatchObject([200, {}]);
      const out = await exported(first);
      expect((await bring(out, second)).status).toBe(200);
      expect(await exported(second)).toBe(out);
    }),
    { numRuns: 5, seed: 20_261_201, endOnFailure: true },
  );
});

it('archives and removes what the file does not name, in the sections that it has', async () => {
  const place = await emptyPlace();
  const prune = (document: string, more = {}) =>
    admin.post(`${place}/import?prune=true`, { document, reason: 'as code', ...more });
  const plan = JSON.stringify({ ...SCHEDULE, breakers: ['a'], tags: [] });
  const clause = '{ attribute: segment, operator: in_segment, values: [s] }';
  await result(
    `recloser: 1
segments: { s: { clauses: [{ attribute: a, operator: in, values: [x] }] } }
schedules: { night: { plan: ${plan} } }
breakers:
  a: { rules: [{ id: r, when: always, clauses: [${clause}], effect: { kind: admit } }] }
  b: {}
`,
    place,
  );
  const kept = await prune('recloser: 1\nbreakers: { a: {}, c: {} }\n');
  expect(kept.body).toMatchObject({
    items: [
      { kind: 'segment', key: 's', status: 'only_here' },
      { kind: 'schedule', key: 'night', status: 'only_here' },
      { key: 'a', status: 'same' },
      { key: 'c', status: 'created' },
      { key: 'b', status: 'archived' },
    ],
  });
  // The rules of a breaker that stays name it.
  const inUse = await prune('recloser: 1\nsegments: {}\nbreakers: { a: {}, c: {} }\n');
  expect(inUse.body).toMatchObject({ code: 'segment_in_use' });
  const all = await prune('recloser: 1\nsegments: {}\nschedules: {}\nbreakers: { c: {} }\n');
  expect(all.status).toBe(200);
  expect(await exported(place)).not.toMatch(/ {2}(?:a|b|s|night):/);
  const events = await admin.get(`${place}/audit?limit=4`);
  expect((events.body as { items: { action: string }[] }).items).toMatchObject(
    ['segment.remove', 'breaker.archive', 'schedule.remove', 'breaker.archive'].map((action) => ({
      action,
      reason: 'as code',
    })),
  );
  expect((await admin.get(`${place}/audit/verify`)).body).toMatchObject({ ok: true });
});

it('does what its plan has shown, or nothing when somebody has edited since', async () => {
  const place = await emptyPlace();
  await result('recloser: 1\nbreakers: { a: {} }\n', place);
  const document = 'recloser: 1\nbreakers: { a: { owner: file } }\n';
  const { stamp } = await result(document, place, true);
  const address = `${place}/breakers/a`;
  const edit = { owner: 'console', reason: 'test' };
  expect((await admin.patch(address, edit, { 'if-match': '"1"' })).status).toBe(200);
  const confirmed = { document, reason: 'as code', stamp };
  expect(await admin.post(`${place}/import`, confirmed)).toMatchObject({
    status: 409,
    body: { code: 'version_conflict' },
  });
  expect((await admin.get(address)).body).toMatchObject({ owner: 'console' });
  // Without a plan that somebody has seen, the file wins, and the log has what was there.
  expect((await result(document, place)).items).toMatchObject([
    { changes: [{ path: 'owner', before: 'console', after: 'file' }] },
  ]);
  const log = await admin.get(`${place}/audit?breaker=a&limit=1`);
  expect(log.body).toMatchObject({ items: [{ before: { owner: 'console' } }] });
  // Whoever began to edit before is told.
  expect((await admin.patch(address, edit, { 'if-match': '"2"' })).status).toBe(409);
});
