import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as undici from 'undici';
import { CallTimeoutError, CircuitOpenError } from '../../errors.js';
import { byStatus, listen, type Dependency } from '../../http.fake.js';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { protectFetch } from '../../entries/fetch.js';
import { until } from '../../until.fake.js';

describe('protectFetch', () => {
  let dependency: Dependency;
  let plane: TestControlPlane;
  let recloser: Recloser;
  beforeEach(async () => {
    dependency = await listen(byStatus);
    plane = new TestControlPlane();
    recloser = plane.connect();
  });
  afterEach(async () => {
    await plane.end();
    await dependency.close();
  });
  const stats = () => recloser.breaker(dependency.host).stats();

  it('counts by status and hands each response on, its body unread', async () => {
    const protectedFetch = protectFetch(recloser);
    for (const status of [200, 404, 429, 500, 503]) {
      const response = await protectedFetch(`${dependency.url}/${status}`);
      expect(response.status).toBe(status);
      await expect(response.text()).resolves.toBe(`status ${status}`);
    }
    expect(stats()).toMatchObject({ ok: 2, failures: 2, throttled: 1 });
  });

  it('takes strings, URLs and Requests, and passes method and body on', async () => {
    const echo = await listen((request, response) => void request.pipe(response));
    const protectedFetch = protectFetch(recloser, { breaker: 'echo' });
    const init = { method: 'POST', body: 'hello' };
    for (const input of [echo.url, new URL(echo.url)]) {
      const response = await protectedFetch(input, init);
      await expect(response.text()).resolves.toBe('hello');
    }
    const response = await protectedFetch(new Request(echo.url, init));
    await expect(response.text()).resolves.toBe('hello');
    expect(recloser.breaker('echo').stats().ok).toBe(3);
    await echo.close();
  });

  it('works with undici’s own fetch', async () => {
    const protectedFetch = protectFetch(recloser, { fetch: undici.fetch });
    const agent = new undici.Agent();
    const response: undici.Response = await protectedFetch(`${dependency.url}/503`, {
      dispatcher: agent,
    });
    expect(response.status).toBe(503);
    await response.text();
    await agent.close();
    expect(stats()).toMatchObject({ ok: 0, failures: 1 });
  });

  it('has one breaker per origin, and makes no request while it is open', async () => {
    const other = await listen(byStatus);
    const protectedFetch = protectFetch(recloser);
    plane.open(dependency.host);
    await expect(protectedFetch(`${dependency.url}/200`)).rejects.toThrow(CircuitOpenError);
    const response = await protectedFetch(`${other.url}/200`);
    expect(response.ok).toBe(true);
    await other.close();
  });

  it('counts a connection that is refused', async () => {
    await dependency.close();
    await expect(protectFetch(recloser)(`${dependency.url}/200`)).rejects.toThrow('fetch failed');
    expect(stats()).toMatchObject({ ok: 0, failures: 1 });
    dependency = await listen(byStatus);
  });

  it('aborts the request when its time is up', async () => {
    const aborted: boolean[] = [];
    const protectedFetch = protectFetch(recloser, {
      timeoutMs: 200,
      fetch: (input: string, init?: RequestInit) => {
        init?.signal?.addEventListener('abort', () => void aborted.push(true));
        return fetch(input, init);
      },
    });
    const hanging = expect(protectedFetch(`${dependency.url}/hang`)).rejects.toThrow(
      CallTimeoutError,
    );
    await plane.pass(300);
    await hanging;
    expect(aborted).toEqual([true]);
    expect(stats()).toMatchObject({ failures: 1, timeouts: 1 });
  });

  it('counts a request as nothing that its caller aborts, whatever the reason', async () => {
    const protectedFetch = protectFetch(recloser);
    for (const reason of [undefined, new Error('the user has left')]) {
      const controller = new AbortController();
      const hanging = protectedFetch(`${dependency.url}/hang`, { signal: controller.signal });
      controller.abort(reason);
      await expect(hanging).rejects.toBe(controller.signal.reason);
    }
    const request = new Request(`${dependency.url}/hang`, { signal: AbortSignal.abort() });
    await expect(protectedFetch(request)).rejects.toThrow();
    expect(stats()).toMatchObject({ ok: 0, failures: 0 });
  });

  it('counts running into the caller’s own time limit', async () => {
    const signal = AbortSignal.timeout(20);
    await expect(protectFetch(recloser)(`${dependency.url}/hang`, { signal })).rejects.toThrow();
    expect(stats()).toMatchObject({ failures: 1, timeouts: 1 });
  });

  it('answers by the fallback where there is one', async () => {
    const protectedFetch = protectFetch(recloser, {
      fallback: () => new Response('from the cache'),
    });
    const failed = await protectedFetch(`${dependency.url}/500`);
    await expect(failed.text()).resolves.toBe('from the cache');
    plane.open(dependency.host);
    const turnedAway = await protectedFetch(`${dependency.url}/200`);
    await expect(turnedAway.text()).resolves.toBe('from the cache');
  });

  it('makes further attempts, and leaves no answer of earlier ones behind', async () => {
    const bodies: (ReadableStream | null)[] = [];
    let left = 2;
    const protectedFetch = protectFetch(recloser, {
      retry: { maxRetries: 3, baseMs: 1 },
      fetch: async (url: string, init?: RequestInit) => {
        left -= 1;
        const response = await fetch(`${url}/${left < 0 ? 200 : 503}`, init);
        bodies.push(response.body);
        return response;
      },
    });
    // Retries take from what earlier calls have earned.
    for (let i = 0; i < 30; i += 1) await recloser.breaker(dependency.host).protect(() => i);
    const answer = protectedFetch(dependency.url);
    await until('the third attempt', async () => {
      await plane.pass(20);
      return bodies.length === 3;
    });
    await expect((await answer).text()).resolves.toBe('status 200');
    expect(bodies).toHaveLength(3);
    for (const body of bodies.slice(0, 2))
      await expect(body?.getReader().read()).resolves.toMatchObject({ done: true });
  });

  it('gives requests their context, and leaves alone what has no breaker', async () => {
    plane.admit('half', 50);
    const accounts = Array.from({ length: 40 }, (_, i) => `u${i}`);
    let accountId = '';
    const protectedFetch = protectFetch(recloser, {
      breaker: (url) => (url.pathname === '/204' ? undefined : 'half'),
      context: () => ({ accountId }),
    });
    const breaker = recloser.breaker('half');
    for (accountId of accounts) {
      const admitted = await protectedFetch(`${dependency.url}/200`).then(
        () => true,
        () => false,
      );
      expect(admitted).toBe(breaker.allows({ accountId }));
    }
    plane.open('half');
    await expect(protectedFetch(`${dependency.url}/204`)).resolves.toMatchObject({ status: 204 });
  });

  it('leaves errors of its input to fetch', async () => {
    await expect(protectFetch(recloser)('not a url')).rejects.toThrow(TypeError);
    const data = await protectFetch(recloser)('data:text/plain,hi');
    await expect(data.text()).resolves.toBe('hi');
    expect(recloser.stats()).toEqual([]);
  });
});
