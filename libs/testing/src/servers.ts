import { randomBytes } from 'node:crypto';
import {
  EmbeddedPostgres,
  databaseUrl,
  dropDatabase,
  ensureDatabase,
  findChromium,
  startRedis,
  withClient,
} from '@recloser/platform';

/** Names the server that the test run has started for all its files. */
export const TEST_POSTGRES = 'RECLOSER_TEST_POSTGRES';

export interface TestServer {
  readonly url: string;
  /** Removes what belongs to this caller. */
  close(): Promise<void>;
}

export interface TestPostgresOptions {
  /**
   * Starts from a copy of a database that `prepare` has filled once in the whole run: far faster
   * than migrating each time. `prepare` must close its connections.
   */
  readonly template?: { readonly name: string; prepare(url: string): Promise<unknown> };
}

/** A fresh database, as its owner, on the run's server (or on one of its own outside a run). */
export async function testPostgres(options: TestPostgresOptions = {}): Promise<TestServer> {
  const server = await serverOfRun();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { template } = options;
  if (template) await fillTemplate(server.url, template);
  await ensureDatabase(server.url, name, template?.name);
  return {
    url: databaseUrl(server.url, name),
    close: async () => {
      await dropDatabase(server.url, name);
      await server.close();
    },
  };
}

/** An empty Redis server of the caller's own, in memory. */
export async function testRedis(): Promise<TestServer> {
  const server = await startRedis();
  return { url: server.url, close: () => server.stop() };
}

async function serverOfRun(): Promise<TestServer> {
  const url = process.env[TEST_POSTGRES];
  if (url !== undefined) return { url, close: () => Promise.resolve() };
  const server = await new EmbeddedPostgres().start();
  return { url: server.url(), close: () => server.stop() };
}

async function fillTemplate(
  adminUrl: string,
  template: NonNullable<TestPostgresOptions['template']>,
): Promise<void> {
  const draft = `${template.name}_draft`;
  await withClient(adminUrl, async (client) => {
    // Several test files ask at the same time; the first one fills it.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template.name]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      template.name,
    ]);
    if (found.rowCount !== 0) return;
    await dropDatabase(adminUrl, draft);
    await ensureDatabase(adminUrl, draft);
    await template.prepare(databaseUrl(adminUrl, draft));
    await client.query(
      `ALTER DATABASE ${client.escapeIdentifier(draft)} RENAME TO ${client.escapeIdentifier(template.name)}`,
    );
  });
}

export { findChromium };
