import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { User } from '@recloser/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { CurrentUser } from './current-caller.js';
import { SignInAudit } from './sign-in-audit.js';
import { refusalOf, sendWebResponse, toWebRequest } from './relay.js';
import { Sessions } from './sessions.js';
import { SignInLimits } from './sign-in-limits.js';

const signInSchema = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(128),
  rememberMe: z.boolean().optional(),
});
const changePasswordSchema = z.strictObject({
  currentPassword: z.string().min(1).max(128),
  newPassword: z.string().min(10).max(128),
  /** Other sessions end in any case. */
  revokeOtherSessions: z.boolean().optional(),
});

/** The few of better-auth's endpoints that are used; the others are not reachable. */
@Controller('v1/auth')
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

  @Post('sign-in/email')
  @Operation({
    access: 'public',
    tokens: 'none',
    summary: 'Sign in',
    body: signInSchema,
    refuses: ['unauthenticated', 'forbidden'],
  })
  async signIn(
    @Body(new ParsePipe(signInSchema)) { email }: z.infer<typeof signInSchema>,
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

  @Post('sign-out')
  @Operation({ access: 'public', tokens: 'none', summary: 'Sign out' })
  signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#relay(request, reply);
  }

  @Get('get-session')
  @Operation({ access: 'public', tokens: 'none', summary: 'The current session, or null' })
  session(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#relay(request, reply);
  }

  @Post('change-password')
  @Operation({
    access: 'viewer',
    tokens: 'none',
    summary: 'Change your password; it ends your other sessions',
    body: changePasswordSchema,
    refuses: ['forbidden'],
  })
  async changePassword(
    @Body(new ParsePipe(changePasswordSchema)) body: z.infer<typeof changePasswordSchema>,
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
