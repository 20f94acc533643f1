interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Rejects with a TimeoutError, whatever the work does; the signal ends it then. */
export function withDeadline<T>(
  timeoutMs: number,
  work: (signal: AbortSignal, settle: Settle<T>) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      reject(new DOMException('It took too long.', 'TimeoutError'));
      controller.abort();
    }, timeoutMs);
    work(controller.signal, {
      resolve: (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      reject: (error) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
  });
}

/** What went wrong on a connection, in words. */
export function wordsOf(error: unknown): string {
  // Of several addresses tried, the first says why.
  if (error instanceof AggregateError) return wordsOf(error.errors[0] ?? error.message);
  return error instanceof Error ? error.message : String(error);
}
