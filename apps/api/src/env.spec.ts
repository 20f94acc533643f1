import { expect, it } from 'vitest';
import { readApiEnv } from './env.js';

const env = {
  DATABASE_URL: 'postgresql://recloser@127.0.0.1:5432/recloser',
  AUTH_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
};

it('metrics name a thousand breakers unless the setting says otherwise', () => {
  expect(readApiEnv(env).METRICS_MAX_BREAKERS).toBe(1_000);
  expect(readApiEnv({ ...env, METRICS_MAX_BREAKERS: '0' }).METRICS_MAX_BREAKERS).toBe(0);
});

it.each(['-1', '1.5', '10001', 'many'])('METRICS_MAX_BREAKERS=%s is refused by name', (wrong) => {
  expect(() => readApiEnv({ ...env, METRICS_MAX_BREAKERS: wrong })).toThrow('METRICS_MAX_BREAKERS');
});
