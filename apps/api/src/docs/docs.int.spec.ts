import { beforeAll, describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';

type Paths = Readonly<Record<string, Readonly<Record<string, { responses?: unknown }>>>>;

const { admin } = await startFileNode();
const E = '/v1/projects/{project}/environments/{environment}';
let paths: Paths = {};

beforeAll(async () => {
  ({ paths } = (await admin.get('/docs/json')).body as { paths: Paths });
});

/** The codes with which a route says that a request is not valid. */
function codesOf(method: string, path: string): unknown {
  const { responses } = paths[path]?.[method] ?? {};
  const refused = JSON.stringify((responses as Record<string, unknown> | undefined)?.['400']);
  return /"enum":(\[[^\]]*\])/.exec(refused)?.[1];
}

describe('the description of the API', () => {
  it.each([
    ['post', `${E}/breakers`, 'invalid_breaker_key'],
    ['post', `${E}/segments`, 'invalid_segment_key'],
    ['post', `${E}/segments`, 'invalid_segment'],
    ['patch', `${E}/segments/{key}`, 'invalid_segment'],
    ['post', `${E}/schedules`, 'invalid_schedule_key'],
    ['patch', `${E}/breakers/{key}`, 'invalid_rules'],
    ['post', `${E}/breakers/{key}/ramp`, 'invalid_admission'],
    ['post', `${E}/breakers/{key}/trip`, 'reason_required'],
    ['get', `${E}/audit`, 'invalid_request'],
  ])('says with which code %s %s refuses: %s', (method, path, code) => {
    expect(codesOf(method, path)).toContain(`"${code}"`);
  });

  it('names no code of a field that a route does not have', () => {
    expect(codesOf('patch', `${E}/segments/{key}`)).not.toContain('_key"');
    expect(codesOf('get', `${E}/segments`)).toBe('["token_in_url","invalid_request"]');
  });

  it('is true: a key that is not valid is refused with that code', async () => {
    const place = '/v1/projects/default/environments/production';
    const segment = { key: 'No!', clauses: [], reason: 'test' };
    expect(await admin.post(`${place}/segments`, segment)).toMatchObject({
      status: 400,
      body: { code: 'invalid_segment_key' },
    });
    expect(
      await admin.post(`${place}/schedules`, { key: 'No!', name: 'n', plan: {}, reason: 'test' }),
    ).toMatchObject({ status: 400, body: { code: 'invalid_schedule_key' } });
  });
});
