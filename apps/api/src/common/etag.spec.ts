import { describe, expect, it, vi } from 'vitest';
import { revisionOf, setEtag, type Reply } from './etag.js';

describe('revisionOf', () => {
  it.each(['"7"', 'W/"7"', '7', ' "7" '])('reads %s', (header) => {
    expect(revisionOf(header)).toBe(7);
  });

  it('reads what an answer was given', () => {
    const header = vi.fn<Reply['header']>();
    setEtag({ header }, { revision: 12 });
    expect(header.mock.calls[0]?.[0]).toBe('etag');
    expect(revisionOf(String(header.mock.calls[0]?.[1]))).toBe(12);
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
