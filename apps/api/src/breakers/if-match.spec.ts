import { describe, expect, it } from 'vitest';
import { etagOf, revisionOf } from './if-match.js';

describe('revisionOf', () => {
  it.each(['"7"', 'W/"7"', '7', ' "7" '])('reads %s', (header) => {
    expect(revisionOf(header)).toBe(7);
  });

  it('reads what etagOf wrote', () => {
    expect(revisionOf(etagOf(12))).toBe(12);
  });

  it.each([
    [undefined, 'precondition_required'],
    ['*', 'invalid_request'],
    ['"1", "2"', 'invalid_request'],
    ['"abc"', 'invalid_request'],
  ])('refuses %s', (header, code) => {
    expect(() => revisionOf(header)).toThrow(expect.objectContaining({ code }));
  });
});
