import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readEnv } from './env.js';
import { redisOptions, redisVars } from './redis-env.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recloser-redis-env-'));
  writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(join(folder, 'other.txt'), 'hello');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (source: Readonly<Record<string, string>>) =>
  redisOptions(readEnv(z.object(redisVars), source));

it('Sentinels are a list of addresses, whose port is 26379 where none is given', () => {
  const { redis, redisUrl } = read({
    REDIS_URL: 'rediss://:secret@mymaster/2',
    REDIS_SENTINELS: 'one:26380, two.example ,[::1]:5000',
  });
  expect(redisUrl).toBe('rediss://:secret@mymaster/2');
  expect(redis.sentinels).toEqual([
    { host: 'one', port: 26_380 },
    { host: 'two.example', port: 26_379 },
    { host: '::1', port: 5_000 },
  ]);
});

it('certificates are read from their files at the start', () => {
  const path = join(folder, 'ca.pem');
  expect(read({ REDIS_CA_FILE: path }).redis.ca).toContain('BEGIN CERTIFICATE');
});

it.each<[string, () => string, string]>([
  ['REDIS_SENTINELS', () => 'one:26380,,two', 'is not an address: write host:port'],
  ['REDIS_SENTINELS', () => 'redis://one:26380', 'is not an address: write host:port'],
  ['REDIS_SENTINELS', () => 'user@one', 'is not an address: write host:port'],
  ['REDIS_CA_FILE', () => join(folder, 'none.pem'), 'none.pem cannot be read (ENOENT)'],
  ['REDIS_CERT_FILE', () => join(folder, 'other.txt'), 'other.txt is not a PEM file'],
  ['REDIS_URL', () => 'http://localhost', 'must be a URL such as redis://localhost:6379'],
  ['REDIS_NAMESPACE', () => 'a b', 'letters, digits'],
])('a wrong %s is refused at the start, by name', (name, value, why) => {
  expect(() => read({ [name]: value() })).toThrow(name);
  expect(() => read({ [name]: value() })).toThrow(why);
});
