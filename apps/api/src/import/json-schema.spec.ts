import { DEFAULT_CORRELATED, DEFAULT_POLICY } from '@recloser/core';
import { environmentDocumentJsonSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exportDocument } from './export-document.js';

const schema = z.fromJSONSchema(environmentDocumentJsonSchema());
const isGood = (text: string) => schema.safeParse(parse(text)).success;

describe('the JSON Schema for editors', () => {
  it('takes what is exported', async () => {
    const plan = {
      when: { kind: 'weekly', days: [7], time: '02:30' },
      timeZone: 'UTC',
      durationMinutes: 90,
      leadMinutes: 0,
      action: { kind: 'dim', admission: 2 ** 28 },
      breakers: ['stripe'],
      tags: [],
    } as const;
    const clauses = [{ attribute: 'plan', operator: 'in', values: ['a', 1, true] }] as const;
    const meta = { name: 'n', description: '', owner: '', tags: ['t'], cohortKey: 'accountId' };
    const pages = exportDocument({
      settings: { correlated: DEFAULT_CORRELATED },
      segments: [
        {
          ...{ key: 's', name: 's', description: '', clauses },
          ...{ revision: 1, createdAt: 0, updatedAt: 0 },
        },
      ],
      schedules: [
        {
          ...{ key: 'night', name: 'Night', description: '' },
          plan: { ...plan, when: { ...plan.when, days: [7] }, breakers: ['stripe'], tags: [] },
        },
      ],
      breakers: [
        {
          key: 'stripe',
          meta: { ...meta, group: null, discovered: false, createdAt: 0 },
          policy: DEFAULT_POLICY,
          rules: [{ id: 'r', when: 'always', clauses, effect: { kind: 'admit' } }],
        },
      ],
    });
    let text = '';
    for await (const page of pages) text += page;
    const read = schema.safeParse(parse(text));
    expect(read.error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['recloser: 1\n', true],
    ['recloser: 1\nbreakers:\n  a: { policy: { trip: { toleratedRate: 0.5 } } }\n', true],
    ['breakers: {}\n', false],
    ['recloser: 2\n', false],
    ['recloser: 1\nbreakers:\n  a: { colour: red }\n', false],
    ['recloser: 1\nbreakers:\n  a: { policy: { trip: { toleratedRate: half } } }\n', false],
    ['recloser: 1\nbreakers:\n  a: { policy: { trip: { tolerated: 0.5 } } }\n', false],
    ['recloser: 1\nschedules:\n  night: {}\n', false],
  ])('judges %j: %s', (text, good) => {
    expect(isGood(text)).toBe(good);
  });
});
