import { expect, it } from 'vitest';
import { servicesInUse } from './services-in-use';

it('turns breakers by service into services by breaker', () => {
  const row = { instances: 2, lastUsedAt: 1 };
  const { byBreaker, instances, complete } = servicesInUse({
    complete: false,
    items: [
      { ...row, service: 'billing', breakers: ['stripe'] },
      { ...row, service: 'checkout', instances: 3, breakers: ['search', 'stripe'] },
      { ...row, service: 'idle', breakers: [] },
    ],
  });
  expect([...byBreaker]).toEqual([
    ['stripe', ['billing', 'checkout']],
    ['search', ['checkout']],
  ]);
  expect(instances.get('checkout')).toBe(3);
  expect(complete).toBe(false);
});
