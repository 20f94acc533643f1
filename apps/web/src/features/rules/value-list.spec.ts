import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValues, writeValues } from './value-list';

describe('readValues', () => {
  it.each([
    [' de, ,at,', ['de', 'at']],
    ['"Acme, Inc.", Foo', ['Acme, Inc.', 'Foo']],
    ['"say ""hi"""', ['say "hi"']],
    ['a\nb\r\nc', ['a', 'b', 'c']],
    ['"two\nlines",x', ['two\nlines', 'x']],
    ['5" pipe, x', ['5" pipe', 'x']],
    ['"unfinished, x', ['"unfinished', 'x']],
    ['"a" b, c', ['"a" b', 'c']],
    ['0123456789012', ['0123456789012']],
    ['" kept "', [' kept ']],
    ['', []],
  ])('reads %j', (text, values) => {
    expect(readValues(text)).toEqual(values);
  });

  it('takes each line of patterns as it is', () => {
    expect(readValues('^a{2,5}$\n\n b', 'matches')).toEqual(['^a{2,5}$', ' b']);
  });

  it('reads back every list of texts that it writes', () => {
    const value = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .map((text) => text.replaceAll('\r', ''));
    fc.assert(
      fc.property(fc.array(value.filter((text) => text !== '')), (values) => {
        expect(readValues(writeValues(values))).toEqual(values);
      }),
    );
  });
});

it('names the type of what is no text, so that a review cannot hide it', () => {
  expect(writeValues(['50', 50, true, 'Acme, Inc.'])).toBe(
    '50, 50 (number), true (boolean), "Acme, Inc."',
  );
});
