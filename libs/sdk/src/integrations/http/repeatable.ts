import { isObject, read } from '../../signals/read.js';

const IDEMPOTENT = /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/i;

/** What is looked at to tell whether a request may be sent again. */
export interface OutgoingRequest {
  /** Default: GET. */
  readonly method: string | undefined;
  /** True where there is an `Idempotency-Key`. */
  readonly hasKey: boolean;
  readonly body: unknown;
}

/** By its method, or because its sender marked it; and only with a body that is still all there after it was sent. */
export function mayRepeat({ method, hasKey, body }: OutgoingRequest): boolean {
  return (hasKey || IDEMPOTENT.test(method ?? 'GET')) && isWhole(body);
}

/** False for streams and iterators, which are empty the second time, and for what is not known. */
export function isWhole(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true;
  if (!isObject(body)) return false;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true;
  const kind: unknown = Object.prototype.toString.call(body);
  if (kind === '[object URLSearchParams]' || kind === '[object SharedArrayBuffer]') return true;
  if (kind === '[object FormData]') return holdsNoStream(body);
  return isBlob(body);
}

/** Something that looks like a file may give its content as a stream of its own, once. */
function isBlob(value: unknown): boolean {
  return value instanceof Blob && read(value, 'stream') === Blob.prototype.stream;
}

/** Of whichever class: undici's is not the global one. */
function holdsNoStream(form: object): boolean {
  const values = read(form, 'values');
  if (typeof values !== 'function') return false;
  const parts: unknown = Reflect.apply(values, form, []);
  return (
    isObject(parts) &&
    Symbol.iterator in parts &&
    Array.from(parts as Iterable<unknown>).every((part) => typeof part === 'string' || isBlob(part))
  );
}
