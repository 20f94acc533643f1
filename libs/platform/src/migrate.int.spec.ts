import { testPostgres } from '@recloser/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { main } from './migrate.js';

let said: string[] = [];
for (const stream of [process.stdout, process.stderr]) {
  vi.spyOn(stream, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
}

afterEach(() => {
  vi.unstubAllEnvs();
  said = [];
});

it('brings a database up to date, and finds it so the next time', async () => {
  const server = await testPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'platform-test-'));
  try {
    vi.stubEnv('DATABASE_URL', server.url);
    vi.stubEnv('DATABASE_ADMIN_URL', server.url);
    expect(await main(['--data-dir', folder])).toBe(0);
    expect(said.join('')).toMatch(/Applied: 2026\d+_init, /);
    said = [];
    expect(await main(['--data-dir', folder])).toBe(0);
    expect(said.join('')).toBe('The database is up to date.\n');
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
});

it('says in a sentence what it cannot do', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/none');
  const folder = mkdtempSync(join(tmpdir(), 'platform-test-'));
  expect(await main(['--data-dir', folder])).toBe(1);
  rmSync(folder, { recursive: true });
  expect(said.join('')).toContain('ECONNREFUSED');
  expect(said.join('')).not.toContain('    at ');
  said = [];
  expect(await main(['--dry'])).toBe(2);
  expect(said.join('')).toContain('There is no option --dry.');
});
