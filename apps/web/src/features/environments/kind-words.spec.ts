import { createEnvironmentSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { keyOf } from './kind-words';

describe('keyOf', () => {
  it.each([
    ['EU West', 'eu-west'],
    ['  Zürich / 2  ', 'zu-rich-2'],
    ['a'.repeat(80), 'a'.repeat(64)],
    ['مدفوعات', ''],
  ])('%s becomes %s', (name, key) => {
    expect(keyOf(name)).toBe(key);
    if (key === '') return;
    const environment = { key, name: 'x', kind: 'development' };
    expect(createEnvironmentSchema.safeParse(environment).success).toBe(true);
  });
});
