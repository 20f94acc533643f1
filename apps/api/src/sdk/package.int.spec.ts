import { expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { startFileNode } from '../testing/file-node.js';
import { PACKED } from './package.controller.js';

const { node } = await startFileNode();

it.each(['recloser-sdk.tgz', PACKED])('%s is an npm package', async (file) => {
  const response = await fetch(`${node.url}/sdk/${file}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/gzip');
  const unpacked = gunzipSync(Buffer.from(await response.arrayBuffer())).toString('latin1');
  expect(unpacked).toContain('package/package.json');
  expect(unpacked).toContain('"name": "@recloser/sdk"');
});

it('there is no other file, and what is no file is the console’s', async () => {
  const other = await node.anonymous.get('/sdk/recloser-sdk-9.9.9.tgz');
  expect(other).toMatchObject({ status: 404, body: { code: 'not_found' } });
  const project = await node.anonymous.get('/sdk/production');
  expect(project.headers.get('content-type')).toMatch('text/html');
});
