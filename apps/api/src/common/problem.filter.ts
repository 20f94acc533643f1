import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { RecloserError } from '@recloser/protocol';
import { problemOf, type Log } from '@recloser/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Turns whatever a request ended with into a problem+json answer; logs what nobody foresaw. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(
      error,
      http.getRequest<FastifyRequest>(),
      http.getResponse<FastifyReply>(),
      this.#log,
    );
  }
}

const CLIENT_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers bytes that are no HTTP request, and ends their connection. */
export function refuseBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const status = CLIENT_STATUS[error.code ?? ''] ?? 400;
  const { body } = problemOf(
    new RecloserError('invalid_request', 'This is not a readable HTTP request.'),
  );
  const text = JSON.stringify({ ...body, status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): void {
  const { status, body, expected } = problemOf(error);
  if (status >= 500) {
    log[expected ? 'warn' : 'error']({ err: error, requestId: request.id }, 'request failed');
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (typeof body['retryAfterMs'] === 'number') {
    void reply.header('retry-after', Math.ceil(body['retryAfterMs'] / 1_000));
  }
  void reply
    .code(status)
    .type('application/problem+json')
    .send({ ...body, requestId: request.id });
}
