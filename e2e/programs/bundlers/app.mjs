// What is bundled: connects, counts, and says that all of it has arrived.
import { Recloser } from '@recloser/sdk';

async function main() {
  const recloser = new Recloser({ service: 'bundled' });
  recloser.on('error', ({ code, message, cause }) => console.error(code, message, cause));
  const ready = await recloser.ready();
  const { polling } = recloser.status();
  await recloser.breaker('stripe').protect(async () => 'charged');
  const flushed = await recloser.flush({ timeoutMs: 10_000 });
  await recloser.close();
  console.log(JSON.stringify({ ready, polling, flushed }));
}
void main();
