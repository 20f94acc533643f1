import { isObject, read } from '../../signals/read.js';

/** How many errors deep a cause is looked for. */
const MAX_DEPTH = 5;

/**
 * In how many ms a response, or an error with one, wants to be asked again; undefined when it does not say. Reads the headers
 * `retry-after` (seconds, or a date with the `date` header) and `retry-after-ms` of `fetch`, axios, got, undici, Node and the AWS
 * SDK, the metadata of gRPC, and their causes.
 */
export function retryAfterMs(failed: unknown): number | undefined {
  let link = failed;
  for (let depth = 0; depth < MAX_DEPTH && isObject(link); depth += 1) {
    for (const holder of [link, read(link, 'response'), read(link, '$response')]) {
      const ms = msOf(read(holder, 'headers')) ?? msOf(read(holder, 'metadata'));
      if (ms !== undefined) return ms;
    }
    link = read(link, 'cause');
  }
  return undefined;
}

/** Of headers, or of gRPC's metadata. */
function msOf(headers: unknown): number | undefined {
  if (!isObject(headers)) return undefined;
  // An empty text is no number.
  for (const name of ['retry-after-ms', 'grpc-retry-pushback-ms']) {
    const ms = parseFloat(`${header(headers, name)}`);
    if (ms >= 0) return ms;
  }
  const text = header(headers, 'retry-after');
  const seconds = text?.trim() ? Number(text) : NaN;
  // A date says when by the clock of whoever answered.
  const ms =
    seconds >= 0
      ? seconds * 1_000
      : Date.parse(`${text}`) - Date.parse(`${header(headers, 'date')}`);
  return ms >= 0 ? ms : undefined;
}

/** Of `fetch`, axios and gRPC, or of Node. */
function header(headers: object, name: string): string | null {
  try {
    const { get } = headers as { readonly get?: (name: string) => unknown };
    let value = typeof get === 'function' ? get.call(headers, name) : read(headers, name);
    if (Array.isArray(value)) value = value[0] as unknown;
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
