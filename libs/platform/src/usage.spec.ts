import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readArguments } from './cli.js';
import { explain } from './explain.js';
import { PlatformError } from './errors.js';
import { isUsageError, readOptions } from './usage.js';

function refusal(...args: string[]): string {
  try {
    readArguments(args, {});
  } catch (error) {
    expect(isUsageError(error)).toBe(true);
    return explain(error);
  }
  throw new Error('It was taken.');
}

describe('a command line that cannot be followed gets a sentence', () => {
  it.each([
    [['--prot', '5000'], 'There is no option --prot. Did you mean --port?'],
    [['--wokers=2'], 'There is no option --wokers. Did you mean --workers?'],
    [['--data', '/x'], 'There is no option --data. Did you mean --data-dir?'],
    [['--frobnicate'], 'There is no option --frobnicate.'],
    [['-x'], 'There is no option --x.'],
    [['--port'], '--port needs a value, as in --port=….'],
    [['--port', '--host'], '--port needs a value, as in --port=….'],
    [['--ephemeral=yes'], '--ephemeral takes no value.'],
    [['start'], '"start" is not an option: options begin with --.'],
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not "http".'],
  ])('%j', (args, sentence) => {
    expect(refusal(...args)).toBe(sentence);
  });

  it('and nothing that it did not say itself', () => {
    expect(() => readOptions([], () => JSON.parse('{') as unknown)).toThrow(SyntaxError);
    expect(readOptions([], () => parseArgs({ args: [], options: {} }).values)).toEqual({});
  });
});

describe('explain', () => {
  const system = (code: string, more: object) => Object.assign(new Error(code), { code, ...more });

  it.each([
    [system('EACCES', { path: '/x/y' }), /^\/x\/y cannot be used: this account has no right to\./],
    [system('ENOTDIR', { path: '/x/y' }), /a part of the path is a file/],
    [system('ENOSPC', { path: '/x' }), /the disk is full/],
    [system('ECONNREFUSED', { address: '10.0.0.1', port: 5432 }), /at 10\.0\.0\.1:5432 cannot/],
    [new PlatformError('port_taken', 'Port 4400 is taken.'), /^Port 4400 is taken\.$/],
  ])('says a sentence of %s', (error, sentence) => {
    expect(explain(error)).toMatch(sentence);
    expect(explain(error)).not.toContain('    at ');
  });

  it('keeps the stack of what nobody foresaw', () => {
    expect(explain(new Error('odd'))).toContain('    at ');
  });
});
