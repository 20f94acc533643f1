import { testPostgres } from '@recloser/testing';
import { afterAll } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from './harness.js';
import { migrated } from './prepare.js';
import type { RestClient } from './rest-client.js';

interface FileNode {
  readonly node: TestNode;
  /** Signed in. */
  readonly admin: RestClient;
}

/** An API node on a database of its own, for all tests of the file that asks for it; stopped after the last. */
export async function startFileNode(): Promise<FileNode> {
  const postgres = await testPostgres(migrated);
  const node = await startTestNode(postgres.url);
  afterAll(async () => {
    await node.stop();
    await postgres.close();
  });
  return { node, admin: await node.anonymous.signIn(ADMIN.email, ADMIN.password) };
}
