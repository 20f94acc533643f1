import axios, { type AxiosInstance } from 'axios';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallTimeoutError, CircuitOpenError } from '../../errors.js';
import { byStatus, listen, type Dependency } from '../../http.fake.js';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { protectAxios } from '../../entries/axios.js';

describe('protectAxios', () => {
  let dependency: Dependency;
  let plane: TestControlPlane;
  let recloser: Recloser;
  let instance: AxiosInstance;
  beforeEach(async () => {
    dependency = await listen(byStatus);
    plane = new TestControlPlane();
    recloser = plane.connect();
    instance = axios.create({ baseURL: dependency.url, proxy: false });
  });
  afterEach(async () => {
    await plane.end();
    await dependency.close();
  });
  const stats = () => recloser.breaker(dependency.host).stats();

  it('counts by status, and errors are axios’ own', async () => {
    protectAxios(instance, recloser);
    await expect(instance.get('/200')).resolves.toMatchObject({ data: 'status 200' });
    for (const status of [404, 429, 500]) {
      const error: unknown = await instance.get(`/${status}`).catch((caught: unknown) => caught);
      expect(axios.isAxiosError(error) && error.response?.status).toBe(status);
    }
    expect(stats()).toMatchObject({ ok: 2, failures: 1, throttled: 1 });
  });

  it('counts by status also where validateStatus lets everything pass', async () => {
    protectAxios(instance, recloser);
    for (const status of [200, 404, 429, 500]) {
      const response = await instance.get(`/${status}`, { validateStatus: () => true });
      expect(response).toMatchObject({ status, data: `status ${status}` });
      expect(response).not.toHaveProperty('ok');
    }
    expect(stats()).toMatchObject({ ok: 2, failures: 1, throttled: 1 });
  });

  it('makes no request while the breaker is open, and is taken away again', async () => {
    const remove = protectAxios(instance, recloser);
    plane.open(dependency.host);
    await expect(instance.get('/200')).rejects.toThrow(CircuitOpenError);
    remove();
    await expect(instance.get('/200')).resolves.toMatchObject({ status: 200 });
    expect(stats()).toMatchObject({ calls: 0, rejected: 1 });
  });

  it('gives a request up when its time is over', async () => {
    protectAxios(instance, recloser, { timeoutMs: 200, breaker: 'slow' });
    const hanging = expect(instance.get('/hang')).rejects.toThrow(CallTimeoutError);
    await plane.pass(300);
    await hanging;
    expect(recloser.breaker('slow').stats()).toMatchObject({ failures: 1, timeouts: 1 });
  });

  it('counts axios’ own timeout, and a cancelled request as nothing', async () => {
    protectAxios(instance, recloser);
    await expect(instance.get('/hang', { timeout: 30 })).rejects.toThrow('timeout');
    const controller = new AbortController();
    const hanging = instance.get('/hang', { signal: controller.signal });
    controller.abort();
    await expect(hanging).rejects.toSatisfy(axios.isCancel);
    expect(stats()).toMatchObject({ ok: 0, failures: 1, timeouts: 1 });
  });

  it('finds the context of withContext, or the one it is told', async () => {
    protectAxios(instance, recloser, { breaker: 'half' });
    plane.admit('half', 50);
    const breaker = recloser.breaker('half');
    for (let i = 0; i < 30; i += 1) {
      const context = { accountId: `u${i}` };
      const admitted = await recloser.withContext(context, () =>
        instance.get('/200').then(
          () => true,
          () => false,
        ),
      );
      expect(admitted).toBe(breaker.allows(context));
    }
  });
});
