import { describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { routesOf } from '../testing/routes.js';

const { node, admin } = await startFileNode();
const PREFIX = '/v1/projects/:project/environments/:environment';
const routes = routesOf(node.app).filter(
  ({ method, path }) => path.startsWith(`${PREFIX}/`) && method === 'GET',
);
const at = (path: string, project: string, environment: string): string =>
  path
    .replace(PREFIX, `/v1/projects/${project}/environments/${environment}`)
    .replace(/:\w+/g, 'some');

describe('a route of an environment', () => {
  it('is among those that are tried', () => expect(routes.length).toBeGreaterThan(15));

  // `from` and `to` are what queries of time need; other routes do not read them.
  const query = '?from=0&to=86400000';
  it.each(routes)('$path refuses an environment that there is not', async ({ path }) => {
    expect(await admin.get(at(path, 'default', 'mars') + query)).toMatchObject({
      status: 404,
      body: { code: 'unknown_environment' },
    });
  });

  it.each(routes)('$path refuses a project that there is not', async ({ path }) => {
    expect(await admin.get(at(path, 'nobody', 'production') + query)).toMatchObject({
      status: 404,
      body: { code: 'unknown_project' },
    });
  });
});
