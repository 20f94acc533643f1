import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RecloserError, type User } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';
import { users } from './access.guard.js';

/** The signed-in person. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const user = users.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!user) throw new RecloserError('unauthenticated', 'Sign in, then try again.');
  return user;
});
