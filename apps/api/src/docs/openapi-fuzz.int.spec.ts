import { ERROR_CODES, type CreatedTrigger } from '@recloser/protocol';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { requestsOf, type ApiDocument, type ApiOperation } from '../testing/openapi-fuzzer.js';
import { PRODUCTION } from '../testing/prepare.js';
import type { Answer, RestClient } from '../testing/rest-client.js';

const { admin, node } = await startFileNode();
const RUNS = 24;
const reason = 'test';

/** A page, and what belongs to a person's own session: asked for without one, so that the session lives on. */
const WITHOUT_SESSION = /sign-out|change-password/;

await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', mode: 'auto', reason });
await admin.post(`${PRODUCTION}/segments`, { key: 'staff', name: 'Staff', clauses: [], reason });
const channel = await admin.post(`${PRODUCTION}/channels`, {
  ...{ name: 'on call', kind: 'webhook', url: 'https://example.com/x', events: ['opened'], reason },
});
const { channel: made } = channel.body as { readonly channel: { readonly id: string } };
const trigger = { name: 'pager', breaker: 'stripe', action: 'open', durationMs: 60_000 };
const called = (await admin.post(`${PRODUCTION}/triggers`, trigger)).body as CreatedTrigger;
const events = await admin.get(`${PRODUCTION}/audit`);
const [event] = (events.body as { readonly items: readonly { readonly id: string }[] }).items;

function idOf(path: string): string {
  if (path.includes('/channels')) return made.id;
  return path.includes('/triggers') ? called.record.id : (event?.id ?? '');
}

/** What there is, so that some requests find it. */
const knownOf = (path: string): Readonly<Record<string, string>> => ({
  project: 'default',
  environment: 'production',
  key: path.includes('/segments') ? 'staff' : 'stripe',
  id: idOf(path),
  secret: called.path.slice('/v1/triggers/'.length),
  name: 'swagger-ui.css',
});

const document = (await admin.get('/docs/json')).body as ApiDocument;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** What is wrong with an answer by the document; null: it names it. */
function wrongWith({ status, headers, body }: Answer, operation: ApiOperation): string | null {
  const response = operation.responses[String(status)];
  if (response === undefined) return `${status} is not named: ${JSON.stringify(body)}`;
  const type = headers.get('content-type')?.split(';', 1)[0] ?? null;
  const { content } = response;
  if (status >= 400 && type === 'application/problem+json') return wrongProblem(body, content);
  if (content === undefined) return status < 300 || status === 304 || status === 503 ? null : type;
  return type !== null && Object.hasOwn(content, type) ? null : `${status} with ${type}`;
}

function wrongProblem(body: unknown, content: ApiOperation['responses'][string]['content']) {
  const { code } = body as { readonly code: string };
  const named = content?.['application/problem+json']?.schema.properties?.['code']?.enum ?? [];
  if (!Object.hasOwn(ERROR_CODES, code)) return `there is no code ${code}`;
  return named.includes(code) ? null : `the code ${code} is not named`;
}

const seen = new Map<string, number[]>();

it.each(operations)(
  'every answer of $operation.operationId is one that is named',
  async (place) => {
    const { path, method, operation } = place;
    const callers: readonly RestClient[] = WITHOUT_SESSION.test(path)
      ? [node.anonymous]
      : [admin, admin, admin, node.anonymous];
    const requests = fc.tuple(
      fc.constantFrom(...callers),
      requestsOf(path, operation, knownOf(path)),
    );
    await fc.assert(
      fc.asyncProperty(requests, async ([caller, request]) => {
        const answer = await caller.send(
          method.toUpperCase(),
          request.path,
          request.body,
          request.headers,
        );
        expect(wrongWith(answer, operation)).toBeNull();
        seen.set(operation.operationId, [
          ...(seen.get(operation.operationId) ?? []),
          answer.status,
        ]);
      }),
      { numRuns: RUNS, seed: 20_261_130, endOnFailure: true },
    );
  },
);

it('the fuzzer comes through: half of all operations did what they are for', () => {
  const done = [...seen].filter(([, statuses]) => statuses.some((status) => status < 300));
  const missed = operations.filter(
    ({ operation }) => !done.some(([id]) => id === operation.operationId),
  );
  expect(done.length, missed.map(({ operation }) => operation.operationId).join()).toBeGreaterThan(
    operations.length / 2,
  );
});

it.each(['/v1/audit/%ff', '/v1/%', '/v1/people/%E0%A4%A', `/v1/audit/${'x'.repeat(9_000)}`])(
  'an address that cannot be read is refused as a problem: %s',
  async (path) => {
    const answer = await admin.get(path);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      status: answer.status,
      code: expect.any(String) as string,
    });
    expect(answer.status).toBeLessThan(500);
  },
);

it.each([
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['endless headers', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('what is %s is refused as a problem', async (_what, bytes, status) => {
  const { port } = new URL(node.url);
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(bytes);
  await once(socket, 'close');
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(text).toContain('content-type: application/problem+json');
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status });
});
