import process from 'node:process';
import { isCallTimeout, Recloser } from '@recloser/sdk';

const recloser = new Recloser({ service: 'runtime' });
const ready = await recloser.ready();
const breaker = recloser.breaker('stripe', { timeoutMs: 100 });
const result = await breaker.protect(async () => 'charged');
const error = await breaker.protect(() => new Promise(() => undefined)).catch((each) => each);
const flushed = await recloser.flush({ timeoutMs: 10_000 });
const { polling } = recloser.status();
await recloser.close();
process.stdout.write(
  JSON.stringify({ ready, polling, result, timedOut: isCallTimeout(error), flushed }),
);
