import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseClientFrame, parseRequest } from './codec.js';
import { breakerKeySchema } from './domain.js';
import { UNSTORABLE_MESSAGE, unstorablePath } from './storable.js';

const NUL = '\u0000';
const HALF = '\ud83d';

describe('text that PostgreSQL cannot hold', () => {
  it.each<[unknown, string | null]>([
    ['plain', null],
    ['🙂 אב \t\n', null],
    [7, null],
    [NUL, ''],
    [{ rules: [{ id: 'a' }, { id: `b${NUL}` }] }, 'rules.1.id'],
    [{ meta: { [`a${HALF}`]: 1 } }, 'meta'],
    [{ reason: `cut off ${HALF}` }, 'reason'],
  ])('%j is found at %j', (value, path) => {
    expect(unstorablePath(value)).toBe(path);
  });

  it('is refused at the door of the API, with the place', () => {
    const schema = z.object({ reason: z.string() });
    expect(() => parseRequest(schema, { reason: `x${NUL}` })).toThrow(/^reason: holds a character/);
    expect(parseRequest(schema, { reason: '🙂' })).toEqual({ reason: '🙂' });
  });

  it('is refused in the names of an instance, and emoji are not', () => {
    const hello = (service: string) =>
      JSON.stringify({ t: 'hello', v: 1, instance: { id: 'i', service, sdk: 'js/1' } });
    expect(parseClientFrame(hello('🙂'))).toMatchObject({ ok: true });
    for (const service of [`a${NUL}`, HALF]) {
      expect(parseClientFrame(hello(service))).toMatchObject({
        ok: false,
        code: 'malformed_frame',
        message: `instance.service: ${UNSTORABLE_MESSAGE}`,
      });
    }
  });

  it('is no name of a breaker', () => {
    expect(breakerKeySchema.safeParse('🙂').success).toBe(true);
    expect(breakerKeySchema.safeParse(`a${HALF}b`).success).toBe(false);
  });
});
