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
