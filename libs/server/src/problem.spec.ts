import { RecloserError } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { problemOf } from './problem.js';

describe('problemOf', () => {
  it('shows a known error whole', () => {
    const error = new RecloserError('version_conflict', 'Reload it.', { expected: 1, actual: 2 });
    expect(problemOf(error)).toMatchObject({
      status: 409,
      expected: true,
      body: { code: 'version_conflict', detail: 'Reload it.', expected: 1, actual: 2 },
    });
  });

  it('maps what the framework throws by its status', () => {
    const tooLarge = Object.assign(new Error('body too large'), { statusCode: 413 });
    expect(problemOf(tooLarge).body.code).toBe('body_too_large');
    expect(problemOf(Object.assign(new Error('no'), { status: 404 })).body.code).toBe('not_found');
  });

  it('shows nothing of an error that nobody foresaw', () => {
    const { status, body, expected } = problemOf(new Error('password of the database is x'));
    expect([status, body.code, expected]).toEqual([500, 'internal_error', false]);
    expect(JSON.stringify(body)).not.toContain('password');
    expect(problemOf('a string').status).toBe(500);
  });
});
