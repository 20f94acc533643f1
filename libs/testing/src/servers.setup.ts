import { EmbeddedPostgres } from '@recloser/platform';
import { TEST_POSTGRES } from './servers.js';

/** Starts one database server for a whole test run. Returns what stops it. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await new EmbeddedPostgres().start();
  process.env[TEST_POSTGRES] = server.url();
  return () => server.stop();
}
