import { isRecloserError, RecloserError } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { isSilence, leadsAstray, translate } from './errors.js';

const sql = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });
const codeOf = (error: unknown): string | null => (isRecloserError(error) ? error.code : null);

// From PostgreSQL's table of SQLSTATEs, and from what drivers and networks say.
const UNAVAILABLE = [
  sql('08003'),
  sql('08006'),
  sql('25006', 'cannot execute UPDATE in a read-only transaction'),
  sql('0A000', 'cannot access temporary or unlogged relations during recovery'),
  sql('25P03'),
  sql('25P04'),
  sql('40001'),
  sql('40P01'),
  sql('53100', 'could not extend file: No space left on device'),
  sql('53200'),
  sql('53300'),
  sql('55P03'),
  sql('57014'),
  sql('57P01'),
  sql('57P02'),
  sql('57P03', 'the database system is starting up'),
  sql('57P04'),
  sql('57P05'),
  sql('58030'),
  sql('ECONNREFUSED'),
  sql('ECONNRESET'),
  sql('EHOSTUNREACH'),
  sql('ENETUNREACH'),
  sql('ETIMEDOUT'),
  new Error('Connection terminated unexpectedly'),
  new Error('Connection terminated due to connection timeout'),
  new Error('Query read timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Client has encountered a connection error and is not queryable'),
  new Error('Client was closed and is not queryable'),
];

describe('translate', () => {
  it.each(
    UNAVAILABLE.map((error) => [`${error.message} ${String(Reflect.get(error, 'code'))}`, error]),
  )('says that the database is unavailable: %s', (_name, error) => {
    expect(codeOf(translate(error))).toBe('unavailable');
  });

  it.each(['23505', '42P01', '42501', '22003', '0A000', 'XX000'])(
    'leaves %s as it is, which says something about the statement',
    (code) => {
      const error = sql(code);
      expect(translate(error)).toBe(error);
      expect(leadsAstray(error)).toBe(false);
    },
  );

  it('says that a database is read-only', () => {
    expect(translate(sql('25006'))).toHaveProperty('message', expect.stringContaining('read-only'));
  });

  it('leaves an error that has a code of ours', () => {
    const error = new RecloserError('unknown_breaker', 'there is none');
    expect(translate(error)).toBe(error);
  });
});

describe('leadsAstray', () => {
  it.each([
    sql('25006'),
    sql('57P01'),
    sql('08006'),
    sql('ECONNRESET'),
    new Error('Query read timeout'),
  ])('keeps nobody on a connection that failed so: %s', (error) => {
    expect(leadsAstray(error)).toBe(true);
  });

  it.each([sql('40001'), sql('55P03'), sql('53100')])('keeps the connection after %s', (error) => {
    expect(leadsAstray(error)).toBe(false);
  });
});

it('knows the silence of a server from its refusals', () => {
  expect(isSilence(new Error('Query read timeout'))).toBe(true);
  expect(isSilence(sql('57014'))).toBe(false);
});
