import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { databaseUrl, ensureDatabase } from './databases.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import type { PlatformOptions } from './platform-options.js';
import { keptSecret } from './secrets.js';

const DATABASE = 'recloser';
const RUNTIME_ROLE = 'recloser_app';

export interface Stores {
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly authSecret: string;
  /** Migrations that were missing and have been applied. */
  readonly applied: readonly string[];
  readonly embedded: EmbeddedPostgres | undefined;
  stop(): Promise<void>;
}

/** Starts or finds the database and brings its schema up to date. */
export async function openStores(
  options: PlatformOptions,
  dataDir: string,
  log: (line: string) => void,
): Promise<Stores> {
  const kept = options.ephemeral !== true;
  const secret = (name: string) =>
    kept ? keptSecret(join(dataDir, name)) : randomBytes(32).toString('base64url');
  const urls =
    options.databaseUrl === undefined
      ? await embeddedUrls(kept ? dataDir : undefined, secret, log)
      : externalUrls(options.databaseUrl, options.adminUrl);
  const stop = async () => {
    await urls.embedded?.stop();
  };
  const given = options.env?.['AUTH_SECRET'] ?? process.env['AUTH_SECRET'];
  const authSecret = given ?? secret('auth-secret');
  // A database of one's own may serve other processes, with a secret that is not known here.
  const claimSecret = urls.embedded === undefined ? given : authSecret;
  let applied: readonly string[];
  try {
    applied = await prepareSchema(urls.adminUrl, urls.databaseUrl, claimSecret);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...urls,
    applied,
    authSecret,
    stop,
  };
}

/** Answers the names of the migrations that were missing. */
async function prepareSchema(
  adminUrl: string,
  runtimeUrl: string,
  authSecret: string | undefined,
): Promise<readonly string[]> {
  // Loaded here: whoever only wants a database server should not pay for these.
  const [{ migrate }, { prepareBackbone }] = await Promise.all([
    import('@recloser/db'),
    import('@recloser/backbone'),
  ]);
  const { applied } = await migrate(adminUrl, { runtimeUrl, authSecret });
  await prepareBackbone(adminUrl, { runtimeUrl });
  return applied;
}

interface Urls {
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly embedded: EmbeddedPostgres | undefined;
}

function externalUrls(url: string, adminUrl: string | undefined): Urls {
  return { databaseUrl: url, adminUrl: adminUrl ?? url, embedded: undefined };
}

async function embeddedUrls(
  dataDir: string | undefined,
  secret: (name: string) => string,
  log: (line: string) => void,
): Promise<Urls> {
  const embedded = new EmbeddedPostgres({
    ...(dataDir === undefined ? {} : { dataDir }),
    log,
    onCrash: () => {
      log('The database server ended; starting it again.');
      embedded.start().catch((error: unknown) => log(String(error)));
    },
  });
  await embedded.start();
  await ensureDatabase(embedded.url(), DATABASE);
  const adminUrl = databaseUrl(embedded.url(), DATABASE);
  const runtime = embedded.url(DATABASE, RUNTIME_ROLE, secret('database-password'));
  return { databaseUrl: runtime, adminUrl, embedded };
}
