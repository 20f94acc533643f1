import { testPostgres, type TestServer } from '@recloser/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNode, type TestNode } from '../testing/harness.js';
import { migrated } from '../testing/prepare.js';

let postgres: TestServer;
let web: Server;
let node: TestNode;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { url, method, headers } = request;
      response.setHeader('content-type', 'application/json');
      if (url === '/own-policy')
        response.setHeader('content-security-policy', "default-src 'none'");
      response.end(JSON.stringify({ url, method, headers, body }));
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  node = await startTestNode(postgres.url, { consoleUrl: `http://127.0.0.1:${port}` });
});

afterAll(async () => {
  await node.stop();
  web.closeAllConnections();
  web.close();
  await postgres.close();
});

describe('what is not the API’s', () => {
  it('goes to the console, with cookies and the address that the browser used', async () => {
    const cookie = 'a=b';
    const { status, body, headers } = await node.anonymous.get('/default/production?state=open', {
      cookie,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      url: '/default/production?state=open',
      headers: { cookie, 'x-forwarded-host': new URL(node.url).host, 'x-forwarded-proto': 'http' },
    });
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('may bring a policy of its own', async () => {
    const { headers } = await node.anonymous.get('/own-policy');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'");
  });

  it('is sent on with its body, unread', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { body } = await node.anonymous.send('POST', '/action', 'a=1&b=2', form);
    expect(body).toMatchObject({ method: 'POST', body: 'a=1&b=2' });
  });

  it('does not take the API’s addresses', async () => {
    for (const path of [
      '/v1/nothing',
      '/v1',
      '/docs/nothing',
      '/health/nothing',
      '/metrics/nothing',
    ]) {
      const { body } = await node.anonymous.get(path);
      expect(body).toMatchObject({ code: 'not_found' });
    }
    expect(await node.anonymous.send('DELETE', '/v1/me', undefined, {})).toMatchObject({
      body: { code: 'not_found' },
    });
  });

  it('is a plain page while there is no console', async () => {
    const alone = await startTestNode(postgres.url, { consoleUrl: 'http://127.0.0.1:9' });
    try {
      const { status, body, headers } = await alone.anonymous.get('/default/production');
      expect(status).toBe(503);
      expect(headers.get('content-type')).toContain('text/html');
      expect(body).toContain('The console is not running');
    } finally {
      await alone.stop();
    }
  });
});

describe('operations', () => {
  it('have metrics for who knows the token', async () => {
    expect((await node.anonymous.get('/metrics')).status).toBe(401);
    const authorization = 'Bearer metrics-token';
    const { status, body } = await node.anonymous.get('/metrics', { authorization });
    expect(status).toBe(200);
    expect(body).toContain('recloser_sockets{kind="sdk"');
    expect(body).toContain('recloser_http_request_seconds_bucket');
  });

  it('have limits, and request ids that are kept', async () => {
    const strict = await startTestNode(postgres.url, { rateLimitPerMinute: 5, metricsToken: null });
    try {
      const id = 'trace-1.2';
      const first = await strict.anonymous.get('/v1/me', { 'x-request-id': id });
      expect(first.headers.get('x-request-id')).toBe(id);
      expect(first.body).toMatchObject({ requestId: id });
      const odd = await strict.anonymous.get('/v1/me', { 'x-request-id': 'a b {}' });
      expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      for (let i = 0; i < 3; i += 1) await strict.anonymous.get('/v1/me');
      expect(await strict.anonymous.get('/v1/me')).toMatchObject({
        status: 429,
        body: { code: 'too_many_requests' },
      });
      expect((await strict.anonymous.get('/metrics')).status).not.toBe(200);
    } finally {
      await strict.stop();
    }
  });
});
