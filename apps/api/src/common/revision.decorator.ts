import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { revisionOf } from './etag.js';

/** The revision that the request edits, from If-Match, on the contract's guarded routes. */
export const Revision = createParamDecorator((_: unknown, context: ExecutionContext): number =>
  revisionOf(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
