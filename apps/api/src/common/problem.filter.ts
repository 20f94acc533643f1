import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { problemOf, type Log } from '@recloser/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

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
