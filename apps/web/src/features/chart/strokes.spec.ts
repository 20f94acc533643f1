import { expect, it } from 'vitest';
import { STROKES } from './strokes';

it('draws no two series of a page alike', () => {
  const looks = Object.values(STROKES).map((stroke) => JSON.stringify(stroke));
  expect(new Set(looks).size).toBe(looks.length);
});
