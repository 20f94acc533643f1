import { nodeSystem, Recloser, type RecloserOptions, type SocketHandlers } from '@recloser/sdk';

const HOUR_MS = 3_600_000;

/** A breaker as the control plane describes it: closed, with nothing set. */
export function viewOf(key: string, over: object = {}): object {
  return {
    key,
    version: 1,
    state: 'closed',
    mode: 'auto',
    admission: 2 ** 32,
    salt: '5f1c9a70',
    cohortKey: 'accountId',
    rules: [],
    call: {
      timeoutMs: null,
      stallMs: null,
      slowMs: null,
      maxConcurrent: null,
      maxQueue: null,
      maxRetries: null,
      locked: [],
    },
    retryAfterMs: null,
    ...over,
  };
}

/** An SDK on the real clock whose control plane is a line of text in this process, so that nothing else is measured. */
export function connected(views: readonly object[], options: RecloserOptions = {}): Recloser {
  let full = JSON.stringify({
    t: 'full',
    epoch: 'bench',
    seq: 1,
    environment: { key: 'production', kind: 'production' },
    tuning: { flushMs: 1_000, urgentFlushMs: 50, leaseMs: HOUR_MS, pingMs: HOUR_MS },
    fleet: 20,
    breakers: views,
  });
  return new Recloser(
    { instanceId: 'bench', ...options },
    {
      ...nodeSystem(),
      connect: (_url, _headers, handlers) => {
        const socket = socketThatTells(full, handlers);
        full = '';
        return socket;
      },
    },
  );
}

function socketThatTells(full: string, handlers: SocketHandlers) {
  let text = full;
  setImmediate(() => {
    handlers.onOpen();
    handlers.onMessage(text);
    // What came through a socket is not kept either, and would be counted as the SDK's memory.
    text = '';
  });
  const send = (text: string): void => {
    const frame = JSON.parse(text) as { t: string; n?: number };
    if (frame.t === 'signal') handlers.onMessage(`{"t":"got","n":${frame.n ?? 1}}`);
  };
  return { bufferedBytes: 0, send, close: () => undefined, terminate: () => undefined };
}
