import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keeping } from './keep-fields.js';

const read = keeping(z.array(z.object({ a: z.object({ b: z.number().default(5) }) })));

describe('keeping', () => {
  it('puts back at every depth what the schema left out, and lets it fill in what is missing', () => {
    const stored = [{ a: { b: 1, later: [1] }, later: null }, { a: { later: { x: 1 } } }];
    expect(read(stored)).toEqual([
      { a: { b: 1, later: [1] }, later: null },
      { a: { b: 5, later: { x: 1 } } },
    ]);
  });

  it('lets what the schema has read stand', () => {
    const trimmed = keeping(z.object({ name: z.string().trim() }));
    expect(trimmed({ name: ' x ' })).toEqual({ name: 'x' });
  });

  it('touches no prototype', () => {
    const stored: unknown = JSON.parse('[{"a": {"b": 1}, "__proto__": {"polluted": true}}]');
    const [one] = read(stored);
    expect(one).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });
});
