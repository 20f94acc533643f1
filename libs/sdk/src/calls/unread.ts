import { isObject, read } from '../signals/read.js';

/** What web streams and Node's can do between them. */
interface Stream {
  cancel?(): Promise<unknown>;
  resume?(): unknown;
  destroy?(): unknown;
  readonly complete?: boolean;
}

/**
 * Frees the connection of a response that nobody will read: `value` itself, or that of an error in its `response`.
 * What somebody reads already is left alone. Never throws.
 */
export function release(value: unknown): void {
  for (const holder of [value, read(value, 'response')]) {
    for (const stream of [holder, read(holder, 'body'), read(holder, 'data')]) {
      try {
        if (isObject(stream)) close(stream);
      } catch {
        // Whatever it is, it is not for us to close.
      }
    }
  }
}

function close(stream: Stream): void {
  if (read(stream, 'getReader') !== undefined) stream.cancel?.().catch(() => undefined);
  else if (read(stream, 'readableDidRead') !== false) return;
  // All of it is here: its connection may be used again. Else it may be long in coming.
  else if (stream.complete === true) stream.resume?.();
  else stream.destroy?.();
}
