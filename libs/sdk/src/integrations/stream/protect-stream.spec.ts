import { describe, expect, it, vi } from 'vitest';
import { isCallTimeout, isCircuitOpen } from '../../errors.js';
import { makeConnected, makeView } from '../../sdk.fake.js';
import { protectStream, type StreamEnd, type StreamOptions } from './protect-stream.js';

const rigOf = (change = {}) => {
  const rig = makeConnected([makeView('a', change)]);
  return { ...rig, breaker: rig.recloser.breaker('a') };
};
async function* numbers(count: number, end?: Error): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield await Promise.resolve(n);
  if (end !== undefined) throw end;
}
async function read<T>(stream: AsyncIterable<T>, most = Infinity): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) {
    items.push(item);
    if (items.length === most) break;
  }
  return items;
}
function ended(): { options: StreamOptions; ends: StreamEnd[] } {
  const ends: StreamEnd[] = [];
  return { options: { onEnd: (end) => ends.push(end) }, ends };
}

describe('protectStream', () => {
  it('counts a stream at its end, with the time to its first item', async () => {
    const { breaker, system } = rigOf();
    const { options, ends } = ended();
    const stream = protectStream(breaker, () => numbers(3), undefined, options);
    expect(breaker.stats()).toMatchObject({ calls: 0, inFlight: 0 });
    await expect(stream.next()).resolves.toEqual({ done: false, value: 0 });
    expect(breaker.stats()).toMatchObject({ calls: 0, inFlight: 1 });
    await system.pass(60_000);
    expect(breaker.stats()).toMatchObject({ calls: 0, stalled: 0, inFlight: 1 });
    await expect(read(stream)).resolves.toEqual([1, 2]);
    expect(breaker.stats()).toMatchObject({ ok: 1, failures: 0, inFlight: 0 });
    expect(breaker.stats().latency).toMatchObject({ samples: 1 });
    expect(breaker.stats().latency.max).toBeLessThan(60_000);
    expect(ends).toMatchObject([{ items: 3 }]);
  });

  it('takes web streams and promises of them, and empty ones', async () => {
    const { breaker } = rigOf();
    const { body } = new Response('hello');
    const chunks = await read(protectStream(breaker, () => Promise.resolve(body!)));
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    await expect(read(protectStream(breaker, () => numbers(0)))).resolves.toEqual([]);
    expect(breaker.stats()).toMatchObject({ ok: 2, inFlight: 0 });
  });

  it.each([0, 2])('counts one that fails after %i items as failed, once', async (items) => {
    const { breaker } = rigOf();
    const failed = new Error('reset');
    await expect(read(protectStream(breaker, () => numbers(items, failed)))).rejects.toBe(failed);
    const opening = protectStream(breaker, (): never => {
      throw failed;
    });
    await expect(read(opening)).rejects.toBe(failed);
    expect(breaker.stats()).toMatchObject({ failures: 2, ok: 0, inFlight: 0 });
  });

  it('ends a stream that its consumer leaves, and aborts its signal', async () => {
    const { breaker } = rigOf();
    const { options, ends } = ended();
    const closed = vi.fn();
    let signal: AbortSignal | undefined;
    const open = async function* (own: AbortSignal): AsyncGenerator<number> {
      signal = own;
      try {
        yield* numbers(10);
      } finally {
        closed();
      }
    };
    const two = read(protectStream(breaker, open, undefined, options), 2);
    await expect(two).resolves.toEqual([0, 1]);
    expect(breaker.stats()).toMatchObject({ ok: 1, failures: 0, inFlight: 0 });
    expect(closed).toHaveBeenCalledOnce();
    expect(signal?.aborted).toBe(true);
    expect(ends).toMatchObject([{ items: 2 }]);
  });

  it('counts one as nothing whose consumer aborts', async () => {
    const { breaker } = rigOf();
    const consumer = new AbortController();
    const open = (own: AbortSignal): AsyncIterable<number> =>
      (async function* () {
        yield 1;
        await new Promise((_, reject) => {
          own.addEventListener('abort', () => reject(own.reason as Error));
        });
      })();
    const { signal } = consumer;
    const stream = protectStream(breaker, open, undefined, { signal });
    await stream.next();
    const next = stream.next();
    consumer.abort('unmounted');
    await expect(next).rejects.toBe('unmounted');
    expect(breaker.stats()).toMatchObject({ cancelled: 1, calls: 0, inFlight: 0 });
    await expect(read(protectStream(breaker, open, undefined, { signal }))).rejects.toBe(
      'unmounted',
    );
  });

  it.each(['firstItemMs', 'idleMs'] as const)(
    'gives up what takes longer than %s',
    async (limit) => {
      const { breaker } = rigOf();
      const open = async function* (): AsyncGenerator<number> {
        if (limit === 'idleMs') yield 1;
        await new Promise(() => undefined);
      };
      const stream = protectStream(breaker, open, undefined, { [limit]: 20 });
      const error: unknown = await read(stream).catch((e: unknown) => e);
      expect(isCallTimeout(error)).toBe(true);
      expect(breaker.stats()).toMatchObject({ timeouts: 1, inFlight: 0 });
    },
  );

  it('opens nothing while the breaker is open', async () => {
    const { breaker } = rigOf({ state: 'open', admission: 0 });
    const open = vi.fn(() => numbers(1));
    const error: unknown = await read(protectStream(breaker, open)).catch((e: unknown) => e);
    expect(isCircuitOpen(error)).toBe(true);
    expect(open).not.toHaveBeenCalled();
  });
});
