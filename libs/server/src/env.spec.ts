import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EnvError, envVar, readEnv } from './env.js';

const schema = z.object({
  PORT: envVar.port().default(4400),
  DATABASE_URL: envVar.databaseUrl(),
  VERBOSE: envVar.flag().default(false),
});

describe('readEnv', () => {
  it('parses values and takes an empty one as not set', () => {
    const env = readEnv(schema, { PORT: '', DATABASE_URL: 'postgres://localhost/x', VERBOSE: '1' });
    expect(env).toEqual({ PORT: 4400, DATABASE_URL: 'postgres://localhost/x', VERBOSE: true });
  });

  it('names every wrong variable at once', () => {
    const read = () => readEnv(schema, { PORT: 'many', DATABASE_URL: 'mysql://x', VERBOSE: 'on' });
    expect(read).toThrow(EnvError);
    expect(read).toThrow(/PORT: [^]*DATABASE_URL: [^]*VERBOSE: /);
  });
});

describe('secrets', () => {
  const token = z.object({ TOKEN: envVar.token(16) });
  const taken = (TOKEN: string) => token.safeParse({ TOKEN }).success;

  it.each([
    'x',
    'short',
    'x'.repeat(40),
    'abab'.repeat(10),
    'with some spaces in it',
    'naïve-but-long-token',
  ])('refuses %j as a token', (text) => {
    expect(taken(text)).toBe(false);
  });

  it.each(['0123456789abcdef', 'bench-metrics-token'])('takes %j', (text) => {
    expect(taken(text)).toBe(true);
  });
});
