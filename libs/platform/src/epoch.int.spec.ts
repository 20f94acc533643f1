import { createDatabase, migrate } from '@recloser/db';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { main } from './epoch.js';

const server = new EmbeddedPostgres();
let said: string[] = [];

beforeAll(async () => {
  await server.start();
  await migrate(server.url());
  const db = createDatabase(server.url());
  await db.environments.seedDefaults();
  await db.close();
  vi.stubEnv('DATABASE_URL', server.url());
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
  }
});

beforeEach(() => {
  said = [];
});

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await server.stop();
});

async function epochs(): Promise<Map<string, string>> {
  const db = createDatabase(server.url());
  try {
    const [project] = await db.environments.list();
    const names = new Map(project!.environments.map(({ id, key }) => [id, key]));
    const heads = await db.environments.heads();
    return new Map(heads.map(({ id, epoch }) => [names.get(id) ?? '', epoch]));
  } finally {
    await db.close();
  }
}

it('renews the epochs of all environments or of those named, and refuses without a reason', async () => {
  const before = await epochs();
  expect(await main([])).toBe(2);
  expect(await main(['--reason', 'x', '--environment', 'default/nowhere'])).toBe(1);
  expect(said.join('')).toContain('There are default/');
  expect(await epochs()).toEqual(before);

  expect(await main(['--reason', 'restored', '--environment', 'default/production'])).toBe(0);
  const one = await epochs();
  expect(one.get('production')).not.toBe(before.get('production'));
  expect(one.get('development')).toBe(before.get('development'));

  expect(await main(['--reason', 'restored'])).toBe(0);
  const all = await epochs();
  expect(all.get('production')).not.toBe(one.get('production'));
  expect(all.get('development')).not.toBe(one.get('development'));

  const db = createDatabase(server.url());
  const { items } = await db.audit.list({ chain: 'system', action: 'environment' }, { limit: 3 });
  await db.close();
  expect(items).toMatchObject(
    [1, 2, 3].map(() => ({ action: 'environment.renew_epoch', reason: 'restored' })),
  );
});

it('says what to do when the database does not run', async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://nobody@127.0.0.1:1/none');
  expect(await main(['--reason', 'x'])).toBe(1);
  expect(said.join('')).toContain('Is it running?');
});
