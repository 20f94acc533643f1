import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RecloserError, type Actor, type User } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';
import { callers, type Caller } from './caller.js';

const callerOf = (context: ExecutionContext): Caller => {
  const caller = callers.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new RecloserError('unauthenticated', 'Sign in, then try again.');
  return caller;
};

/** The person or token that asks. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context),
);

/** The person or token that asks, as the audit log names them. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => callerOf(context).actor,
);

/** The signed-in person, on routes that take no tokens. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  const caller = callerOf(context);
  if (caller.kind === 'user') return caller.user;
  throw new RecloserError('token_refused', 'Only a person can do this. Sign in instead.');
});
