import { recloser } from './recloser.js';

export const dynamic = 'force-dynamic';

export async function POST() {
  const ready = await recloser.ready();
  const result = await recloser.breaker('stripe').protect(async () => 'charged');
  const flushed = await recloser.flush({ timeoutMs: 10_000 });
  const { connected, polling } = recloser.status();
  return Response.json({ ready, result, flushed, connected, polling });
}
