import { edition, recloser } from './recloser.js';

export const dynamic = 'force-dynamic';

export async function POST() {
  const ready = await recloser.ready();
  const result = await recloser.breaker('stripe').protect(async () => edition);
  const flushed = await recloser.flush({ timeoutMs: 10_000 });
  return Response.json({ ready, result, flushed });
}
