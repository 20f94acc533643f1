import { expect } from '@playwright/test';
import { ENVIRONMENT } from './rest.js';
import { test } from './stack.js';

const ACCOUNTS = Array.from({ length: 50 }, (_, index) => `account-${index}`);

test('the control plane is killed and comes back: calls never stop, and states resume', async ({
  signedIn: _page,
  stack,
}) => {
  await stack.createBreaker('open-one');
  await stack.createBreaker('healthy-one');
  const service = await stack.connect('healthy-one', 'outage-1');
  const open = service.recloser.breaker('open-one');
  const trip = (key: string) =>
    stack.rest.must('POST', `${ENVIRONMENT}/breakers/${key}/trip`, { reason: 'outage test' });
  await trip('open-one');
  await expect.poll(() => open.stats().state).toBe('open');

  const lost = new Promise((resolve) => {
    service.recloser.on('stale', resolve);
  });
  await Promise.all([
    stack.platform.halt('api', 'SIGKILL'),
    stack.platform.halt('worker-1', 'SIGKILL'),
  ]);
  await lost;
  expect(await service.callAsEach(ACCOUNTS)).toEqual(ACCOUNTS);
  expect(open.allows({ accountId: 'anyone' })).toBe(false);

  const backAgain = new Promise((resolve) => {
    service.recloser.on('stale', ({ stale }) => {
      if (!stale) resolve(stale);
    });
  });
  const restarted = Promise.all([
    stack.platform.restart('api'),
    stack.platform.restart('worker-1'),
  ]);
  expect(await service.callAsEach(ACCOUNTS)).toEqual(ACCOUNTS);
  await restarted;
  await backAgain;
  expect(open.stats().state).toBe('open');
  expect(await service.callAsEach(ACCOUNTS)).toEqual(ACCOUNTS);
  await trip('healthy-one');
  await expect.poll(() => service.breaker.stats().state).toBe('open');
});
