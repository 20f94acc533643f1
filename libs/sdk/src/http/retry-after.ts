import { read } from '../counting/read.js';

/** In how many ms a response, or an error with one, wants to be asked again; undefined when it does not say. */
export function retryAfterMs(failed: unknown): number | undefined {
  const headers = read(failed, 'headers') ?? read(read(failed, 'response'), 'headers');
  const text = header(headers, 'retry-after');
  const seconds = text === null ? NaN : Number(text);
  // A date says when by the clock of whoever answered.
  const ms =
    seconds >= 0
      ? seconds * 1_000
      : Date.parse(`${text}`) - Date.parse(`${header(headers, 'date')}`);
  return ms >= 0 ? ms : undefined;
}

/** Of `fetch` and axios, or of Node. */
function header(headers: unknown, name: string): string | null {
  try {
    const { get } = headers as { readonly get?: (name: string) => unknown };
    const value = typeof get === 'function' ? get.call(headers, name) : read(headers, name);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
