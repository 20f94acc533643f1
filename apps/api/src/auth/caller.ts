import type { TokenHolder } from '@recloser/db';
import type { Actor, User } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';

/** Who a request comes from: a person with a session, or a program with an API token. */
export type Caller =
  | { readonly kind: 'user'; readonly actor: Actor; readonly user: User }
  | { readonly kind: 'token'; readonly actor: Actor; readonly token: TokenHolder };

/** The caller of each request that the guard has let in. */
export const callers = new WeakMap<FastifyRequest, Caller>();

/** A person, with the name that the audit log gives them. */
export const personCaller = (user: User): Caller => {
  const { id, name, email } = user;
  return { kind: 'user', actor: { kind: 'user', id, name: name === '' ? email : name }, user };
};

/** A program, with the name that the audit log gives it. */
export const tokenCaller = (token: TokenHolder): Caller => {
  const { id, name } = token;
  return { kind: 'token', actor: { kind: 'token', id, name: `token:${name}` }, token };
};
