import { expect, it } from 'vitest';
import { afterRefusal } from './refusals.js';

const after = (status: number | null, tries: number) => afterRefusal({ status, why: '' }, tries);

it.each([400, 406, 413, 415, 422])('an event that is refused with %d is set aside', (status) => {
  expect([1, 2, 3, 4].map((tries) => after(status, tries))).toEqual([
    'retry',
    'retry',
    'set-aside',
    'set-aside',
  ]);
});

it.each([null, 301, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504])(
  'after %s the next event tells an outage from a poison event',
  (status) => {
    expect([1, 4, 5, 99].map((tries) => after(status, tries))).toEqual([
      'retry',
      'retry',
      'try-next',
      'try-next',
    ]);
  },
);

it('410 stops the channel at once', () => {
  expect(after(410, 1)).toBe('stop');
});
