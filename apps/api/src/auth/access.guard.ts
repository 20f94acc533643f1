import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ROLES, type Role } from '@recloser/core';
import type { Database, TokenAuthentication } from '@recloser/db';
import { RecloserError, type Access, type AnyRoute } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';
import { ROUTE } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import { apiTokenOf, TOKEN_PREFIX } from './bearer-token.js';
import { callers, personCaller, tokenCaller, type Caller } from './caller.js';
import { Sessions } from './sessions.js';
import { checkTokenUse } from './token-access.js';

/** Deny by default: a handler without a route of the contract is refused, also to administrators. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #sessions: Sessions;
  readonly #db: Database;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(Sessions) sessions: Sessions,
    @Inject(DATABASE) db: Database,
  ) {
    this.#reflector = reflector;
    this.#sessions = sessions;
    this.#db = db;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // The adapter asks a gateway to admit a socket before the handshake.
    if (context.getType() === 'ws') return true;
    const route = this.#reflector.get<AnyRoute | undefined>(ROUTE, context.getHandler());
    const { access, tokens: use = 'none' } = route ?? {};
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: PathParams }>>();
    if (access === 'token') return true;
    const token = apiTokenOf(request.headers);
    if (access === 'public' && (use !== 'none' || token === null)) return true;
    const caller = await (token === null ? this.#person(request) : this.#program(token));
    // Before the role: it would not help.
    if (caller.kind === 'token') checkTokenUse(caller.token, use, request.params);
    const { role } = caller.kind === 'user' ? caller.user : caller.token;
    if (access === undefined || access === 'public' || !roleAllows(role, access)) {
      throw forbidden(caller, role, access);
    }
    callers.set(request, caller);
    return true;
  }

  async #person({ headers }: FastifyRequest): Promise<Caller> {
    const user = await this.#sessions.userOf(headers);
    if (user) return personCaller(user);
    throw new RecloserError(
      'unauthenticated',
      'Sign in, then try again. A program sends an API token: Authorization: Bearer rct_…',
    );
  }

  async #program(token: string): Promise<Caller> {
    const found = await this.#db.tokens.authenticate(token);
    if (!found.ok) throw refused(found, token);
    return tokenCaller(found.holder);
  }
}

type PathParams = Readonly<Record<string, string | undefined>>;

/** Each role may do what the ones before it may. */
const roleAllows = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

const forbidden = (caller: Caller, role: Role, needed: Access | undefined): RecloserError => {
  const whose = caller.kind === 'user' ? 'yours' : `that of the token "${caller.token.name}"`;
  return new RecloserError(
    'forbidden',
    `This needs the role ${needed ?? '(none has it)'}; ${whose} is ${role}. Ask an administrator.`,
    { role, needed: needed ?? null },
  );
};

function refused(found: Exclude<TokenAuthentication, { ok: true }>, token: string): RecloserError {
  if (found.code === 'invalid_token') {
    const detail = token.startsWith(TOKEN_PREFIX)
      ? 'There is no such API token here. Check that it is complete and of this installation.'
      : 'This is not an API token. One begins with rct_. Create one in the console under API tokens.';
    return new RecloserError('invalid_token', detail);
  }
  const at = new Date(found.at).toISOString();
  return found.code === 'token_expired'
    ? new RecloserError('token_expired', `The API token expired at ${at}. Create another one.`, {
        expiredAt: found.at,
      })
    : new RecloserError(
        'token_revoked',
        `The API token was revoked at ${at}. Create another one.`,
        {
          revokedAt: found.at,
        },
      );
}
