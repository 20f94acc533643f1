import {
  createParamDecorator,
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { KeyHolder } from '@recloser/db';
import { RecloserError } from '@recloser/protocol';
import type { FastifyRequest } from 'fastify';
import { KeyRates, POLL_RATE } from './key-rates.js';
import { SdkKeyAuthenticator } from './sdk-key-authenticator.js';

const holders = new WeakMap<FastifyRequest, KeyHolder>();

const requestOf = (context: ExecutionContext): FastifyRequest =>
  context.switchToHttp().getRequest<FastifyRequest>();

/** Lets in requests with a valid SDK key, before anything of their body is read. */
@Injectable()
export class SdkKeyGuard implements CanActivate {
  constructor(
    @Inject(SdkKeyAuthenticator) private readonly keys: SdkKeyAuthenticator,
    @Inject(KeyRates) private readonly rates: KeyRates,
  ) {}

  /** @throws RecloserError invalid_key, key_revoked, too_many_requests */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    const holder = await this.keys.holder(request.headers.authorization);
    if (!this.rates.take(holder.keyId)) throw tooMany();
    holders.set(request, holder);
    return true;
  }
}

/** Whom the SDK key of a request belongs to, behind the SdkKeyGuard. */
export const SdkKeyHolder = createParamDecorator(
  (_: unknown, context: ExecutionContext): KeyHolder => {
    const holder = holders.get(requestOf(context));
    if (holder) return holder;
    throw new RecloserError('invalid_key', 'Send a valid SDK key as "Authorization: Bearer rk_…".');
  },
);

const tooMany = (): RecloserError =>
  new RecloserError(
    'too_many_requests',
    `At most ${POLL_RATE.perSecond} requests a second with one key: let more of the fleet use sockets.`,
    { retryAfterMs: 5_000 },
  );
