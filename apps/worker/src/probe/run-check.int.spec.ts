import type { ProbeCheck } from '@recloser/core';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runCheck } from './run-check.js';
import { networksOf, targetGuard } from '../outbound/target-guard.js';

const local = targetGuard(networksOf(['127.0.0.0/8', '::1/128']));
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const http = (port: number, more: Partial<Extract<ProbeCheck, { kind: 'http' }>> = {}) =>
  ({
    kind: 'http',
    url: `http://127.0.0.1:${port}/health?deep=1`,
    method: 'GET',
    expectStatus: 200,
    timeoutMs: 2_000,
    maxLatencyMs: null,
    ...more,
  }) as const satisfies ProbeCheck;

describe('an HTTP check', () => {
  it('asks as it is told, and compares the status', async () => {
    const seen: string[] = [];
    const { port } = await serve((request, response) => {
      seen.push(
        `${request.method ?? ''} ${request.url ?? ''} ${request.headers['user-agent'] ?? ''}`,
      );
      response.writeHead(204).end();
    });
    const good = await runCheck(http(port, { method: 'HEAD', expectStatus: 204 }), local);
    expect(good).toMatchObject({ ok: true, why: 'as expected' });
    expect(seen).toEqual(['HEAD /health?deep=1 recloser-probe']);
    expect(await runCheck(http(port), local)).toMatchObject({
      ok: false,
      why: '204 instead of 200',
    });
  });

  it('does not follow a redirect, wherever it leads', async () => {
    let reached = 0;
    const target = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const { port } = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end();
    });
    expect(await runCheck(http(port), local)).toMatchObject({
      ok: false,
      why: '302 instead of 200',
    });
    expect(await runCheck(http(port, { expectStatus: 302 }), local)).toMatchObject({ ok: true });
    expect(reached).toBe(0);
  });

  it('reads no body, however long it is', async () => {
    let written = 0;
    let gone: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (gone = resolve));
    const { port } = await serve((_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', more);
      response.on('close', gone);
      more();
    });
    expect(await runCheck(http(port), local)).toMatchObject({ ok: true });
    await closed;
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('ends at its timeout, also where nothing is ever said', async () => {
    const { port } = await serve(() => undefined);
    const result = await runCheck(http(port, { timeoutMs: 100 }), local);
    expect(result).toMatchObject({ ok: false, why: 'no answer within 100 ms' });
    expect(result.tookMs).toBeGreaterThanOrEqual(99);
  });

  it('finds a slow answer no good where it has a longest latency', async () => {
    const { port } = await serve((_request, response) => {
      setTimeout(() => response.end(), 60);
    });
    const { ok, why } = await runCheck(http(port, { maxLatencyMs: 20 }), local);
    expect(ok).toBe(false);
    expect(why).toMatch(/^\d+ ms instead of 20 ms at most$/);
  });

  it('says what it could not connect to', async () => {
    const { server, port } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect((await runCheck(http(port), local)).why).toContain('ECONNREFUSED');
  });

  it('refuses what is private, by address and by name', async () => {
    let reached = 0;
    const { port } = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const strict = targetGuard(networksOf([]));
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '[::ffff:127.0.0.1]']) {
      const check = http(port, { url: `http://${host}:${port}/` });
      expect(await runCheck(check, strict)).toMatchObject({ ok: false });
      expect((await runCheck(check, strict)).why).toContain('PROBE_ALLOWED_NETWORKS');
    }
    expect(reached).toBe(0);
  });
});

describe('a TCP check', () => {
  const tcp = (port: number, host = '127.0.0.1'): ProbeCheck => ({
    kind: 'tcp',
    host,
    port,
    timeoutMs: 1_000,
  });

  it('is good when a connection is made, and ends it', async () => {
    const server = createTcp();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ended = new Promise<void>((resolve) =>
      server.on('connection', (socket) => socket.resume().on('close', () => resolve())),
    );
    expect(await runCheck(tcp(port), local)).toMatchObject({ ok: true });
    expect(await runCheck(tcp(port, 'localhost'), local)).toMatchObject({ ok: true });
    await ended;
    await new Promise((resolve) => server.close(resolve));
    expect(await runCheck(tcp(port), local)).toMatchObject({ ok: false });
  });

  it('refuses what is private', async () => {
    const strict = targetGuard(networksOf([]));
    for (const host of ['10.0.0.1', 'localhost', '169.254.169.254']) {
      expect((await runCheck(tcp(80, host), strict)).why).toMatch(/private|metadata/);
    }
  });
});
