import { RecloserError, type ErrorCode } from '@recloser/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A Fastify request as the Fetch API knows it; the body, or another one, goes on as JSON. */
export function toWebRequest(request: FastifyRequest, sent: unknown = request.body): Request {
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && name !== 'content-length') headers.set(name, value);
  }
  const body = request.method === 'GET' ? {} : { body: JSON.stringify(sent ?? {}) };
  if (request.method !== 'GET') headers.set('content-type', 'application/json');
  return new Request(url, { method: request.method, headers, ...body });
}

/** Sends a Fetch API answer on. */
export async function sendWebResponse(response: Response, reply: FastifyReply): Promise<void> {
  void reply.code(response.status).header('cache-control', 'no-store');
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) void reply.header('set-cookie', cookies);
  const type = response.headers.get('content-type');
  if (type !== null) void reply.type(type);
  await reply.send(await response.text());
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  422: 'invalid_request',
  429: 'too_many_requests',
};

/** better-auth's refusal in the words of this API. */
export async function refusalOf(response: Response): Promise<RecloserError> {
  const code = CODE_OF_STATUS[response.status] ?? 'unavailable';
  const body: unknown = await response.json().catch(() => null);
  const message = typeof body === 'object' && body !== null && 'message' in body && body.message;
  return new RecloserError(
    code,
    typeof message === 'string' && code !== 'unavailable'
      ? message
      : 'Signing in does not work now. Try again.',
  );
}
