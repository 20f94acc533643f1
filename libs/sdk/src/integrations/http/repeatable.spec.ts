import { Readable } from 'node:stream';
import { FormData as UndiciFormData } from 'undici';
import { describe, expect, it } from 'vitest';
import { isWhole, mayRepeat } from './repeatable.js';
import { retryAfterMs } from './retry-after.js';

async function* parts() {
  yield await Promise.resolve('x');
}
function formOf(form: { append(name: string, value: never): void }, value: unknown) {
  form.append('part', value as never);
  return form;
}
class OnceBlob extends Blob {
  override stream(): ReturnType<Blob['stream']> {
    return new ReadableStream();
  }
}

/** As packages make it that let a file be streamed from disk. */
class OnceForm {
  readonly [Symbol.toStringTag] = 'FormData';

  values() {
    return ['x', new OnceBlob(['x'])].values();
  }
}

describe('a body', () => {
  it.each<[string, unknown, boolean]>([
    ['none', undefined, true],
    ['null', null, true],
    ['a text', 'x', true],
    ['a buffer', Buffer.from('x'), true],
    ['bytes', new Uint8Array(1), true],
    ['a view', new DataView(new ArrayBuffer(1)), true],
    ['an ArrayBuffer', new ArrayBuffer(1), true],
    ['parameters', new URLSearchParams('a=1'), true],
    ['a blob', new Blob(['x']), true],
    ['a file', new File(['x'], 'x.txt'), true],
    ['a form', formOf(new FormData(), 'x'), true],
    ['a form with a file', formOf(new FormData(), new Blob(['x'])), true],
    ['a form of undici', formOf(new UndiciFormData(), new Blob(['x'])), true],
    ['a form whose file streams once', new OnceForm(), false],
    ['a blob that streams once', new OnceBlob(['x']), false],
    ['a web stream', new ReadableStream(), false],
    ['a Node stream', Readable.from(['x']), false],
    ['an async generator', parts(), false],
    ['an iterator', ['x'].values(), false],
    ['the body of a Request', new Request('http://a', { method: 'PUT', body: 'x' }).body, false],
    ['an object', {}, false],
    ['what looks like a form', { [Symbol.toStringTag]: 'FormData' }, false],
    ['a function', () => 'x', false],
  ])('that is %s can be sent again: %s, %s', (_, body, can) => {
    expect(isWhole(body)).toBe(can);
    expect(mayRepeat({ method: 'PUT', hasKey: false, body })).toBe(can);
    expect(mayRepeat({ method: 'POST', hasKey: true, body })).toBe(can);
    expect(mayRepeat({ method: 'POST', hasKey: false, body })).toBe(false);
  });

  it('is not all: a method must allow it', () => {
    const methods = ['get', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'delete', undefined];
    for (const method of methods) {
      expect(mayRepeat({ method, hasKey: false, body: null })).toBe(true);
    }
    for (const method of ['POST', 'PATCH', 'LOCK', '']) {
      expect(mayRepeat({ method, hasKey: false, body: null })).toBe(false);
    }
  });
});

/** As `@grpc/grpc-js` throws it: `get` of its metadata gives a list. */
function grpcError(name: string, value: string): Error {
  const metadata = { get: (asked: string) => (asked === name ? [value] : []) };
  return Object.assign(new Error('8 RESOURCE_EXHAUSTED'), { code: 8, metadata });
}

function circular(): Error {
  const error = new Error('a');
  error.cause = error;
  return error;
}

const limited = { response: { status: 429, headers: { 'retry-after': '5' } } };

describe('retryAfterMs', () => {
  const at = (ms: number): string => new Date(ms).toUTCString();
  it.each<[string, unknown, number | undefined]>([
    ['seconds of a fetch response', new Response('', { headers: { 'retry-after': '2' } }), 2_000],
    ['seconds of an axios error', { response: { headers: { 'retry-after': '0' } } }, 0],
    ['a date', { headers: { date: at(1e12), 'retry-after': at(1e12 + 90_000) } }, 90_000],
    ['a date gone by', { headers: { date: at(1e12), 'retry-after': at(1e12 - 1_000) } }, undefined],
    ['a date without one to compare', { headers: { 'retry-after': at(1e12) } }, undefined],
    ['nonsense', { headers: { 'retry-after': 'soon' } }, undefined],
    ['a negative number', { headers: { 'retry-after': '-1' } }, undefined],
    ['an empty text', { headers: { 'retry-after': ' ' } }, undefined],
    ['Azure and OpenAI in ms', { headers: new Headers({ 'retry-after-ms': '350' }) }, 350],
    ['got and undici', { response: { headers: { 'retry-after': '3' } } }, 3_000],
    ['the AWS SDK', { $metadata: {}, $response: { headers: { 'retry-after': '7' } } }, 7_000],
    ['gRPC push-back', grpcError('grpc-retry-pushback-ms', '1200'), 1_200],
    ['a gRPC gateway', grpcError('retry-after', '4'), 4_000],
    ['a cause', new Error('a', { cause: new Error('b', { cause: limited }) }), 5_000],
    ['a cause that is its own', circular(), undefined],
    [
      'an error before its cause',
      Object.assign(new Error('a', { cause: limited }), {
        response: { headers: { 'retry-after': '1' } },
      }),
      1_000,
    ],
    ['no header', { headers: {} }, undefined],
    ['no headers', new Error('x'), undefined],
    ['nothing', undefined, undefined],
  ])('reads %s', (_, failed, ms) => {
    expect(retryAfterMs(failed)).toBe(ms);
  });
});
