import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ROLES, type Role } from '@recloser/core';
import { RecloserError, type User } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from '../common/operation.js';
import { Sessions } from './sessions.js';

/** The person a request comes from, as the guard found them. */
export const users = new WeakMap<FastifyRequest, User>();

/** Deny by default: a route without a declared access is refused, also to administrators. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #sessions: Sessions;

  constructor(@Inject(Reflector) reflector: Reflector, @Inject(Sessions) sessions: Sessions) {
    this.#reflector = reflector;
    this.#sessions = sessions;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.#reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (access === 'public' || access === 'token') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const user = await this.#sessions.userOf(request.headers);
    if (!user) throw new RecloserError('unauthenticated', 'Sign in, then try again.');
    if (access === undefined || !roleAllows(user.role, access)) throw forbidden(user, access);
    users.set(request, user);
    return true;
  }
}

/** Each role may do what the ones before it may. */
const roleAllows = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

const forbidden = (user: User, needed: Role | undefined): RecloserError =>
  new RecloserError(
    'forbidden',
    `This needs the role ${needed ?? '(none has it)'}; yours is ${user.role}. Ask an administrator.`,
    { role: user.role, needed: needed ?? null },
  );
