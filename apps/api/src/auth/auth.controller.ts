import { Body, Controller, Inject, Req, Res } from '@nestjs/common';
import { contract, type ChangePassword, type SignIn, type User } from '@recloser/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Route } from '../common/route.decorator.js';
import { CurrentUser } from './current-caller.js';
import { SignInAudit } from './sign-in-audit.js';
import { refusalOf, sendWebResponse, toWebRequest } from './relay.js';
import { Sessions } from './sessions.js';
import { SignInLimits } from './sign-in-limits.js';

/** The few of better-auth's endpoints that are used; the others are not reachable. */
@Controller()
export class AuthController {
  readonly #sessions: Sessions;
  readonly #limits: SignInLimits;
  readonly #audit: SignInAudit;

  constructor(
    @Inject(Sessions) sessions: Sessions,
    @Inject(SignInLimits) limits: SignInLimits,
    @Inject(SignInAudit) audit: SignInAudit,
  ) {
    this.#sessions = sessions;
    this.#limits = limits;
    this.#audit = audit;
  }

  @Route(contract.auth.signIn)
  async signIn(
    @Body() { email }: SignIn,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.#limits.begin(request.ip, email, Date.now());
    const response = await this.#sessions.handle(toWebRequest(request));
    if (response.ok) {
      this.#limits.succeeded(request.ip, email);
      await this.#audit.signedIn(email);
      return sendWebResponse(response, reply);
    }
    await this.#audit.refused(email);
    throw await refusalOf(response);
  }

  @Route(contract.auth.signOut)
  signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#relay(request, reply);
  }

  @Route(contract.auth.session)
  session(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#relay(request, reply);
  }

  @Route(contract.auth.changePassword)
  async changePassword(
    @Body() body: ChangePassword,
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.#limits.beginChange(user.id, Date.now());
    // Whoever else has a session of this person may have been the reason for the change.
    const asked = toWebRequest(request, { ...body, revokeOtherSessions: true });
    const response = await this.#sessions.handle(asked);
    if (!response.ok) {
      await this.#audit.changeRefused(user.email);
      throw await refusalOf(response);
    }
    this.#limits.changed(user.id);
    await this.#audit.passwordChanged(user.email);
    await sendWebResponse(response, reply);
  }

  async #relay(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const response = await this.#sessions.handle(toWebRequest(request));
    if (!response.ok) throw await refusalOf(response);
    await sendWebResponse(response, reply);
  }
}
