import { Body, Controller, Get, Headers, Inject, Post, Res } from '@nestjs/common';
import type { KeyHolder } from '@recloser/db';
import { TokenBucket, type PolledState } from '@recloser/hub';
import {
  answeredFramesSchema,
  fullSchema,
  parseRequest,
  postedFramesSchema,
  RecloserError,
} from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { Operation } from '../common/operation.js';
import { EnvironmentNodes } from '../nodes/environment-nodes.js';
import { environmentOf, KeyDesk } from './key-desk.js';

/** Requests per second with one key, and how many may come at once: a fleet of 1,000 asks about 300 times a second. */
const RATE = { perSecond: 500, burst: 2_000 };

/** The SDK protocol without a socket, for networks that let none through. */
@Controller('v1/sdk')
export class PollingController {
  readonly #keys: KeyDesk;
  readonly #nodes: EnvironmentNodes;
  readonly #rates = new Map<string, TokenBucket>();

  constructor(@Inject(KeyDesk) keys: KeyDesk, @Inject(EnvironmentNodes) nodes: EnvironmentNodes) {
    this.#keys = keys;
    this.#nodes = nodes;
  }

  @Get('snapshot')
  @Operation({
    access: 'token',
    summary: 'The whole state as a full frame, with an SDK key as bearer; 304 with If-None-Match',
    answer: fullSchema,
    also: { 304: 'Nothing has changed since the ETag of If-None-Match' },
  })
  async snapshot(
    @Headers('authorization') authorization: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { state } = await this.#enter(authorization);
    void reply.headers({
      etag: etagOf(state),
      'recloser-lease': String(state.lease),
      'recloser-poll-ms': String(state.pollMs),
    });
    if (known === etagOf(state)) await reply.code(304).send();
    else await reply.type('application/json').send(state.text);
  }

  @Post('frames')
  @Operation({
    access: 'token',
    summary: 'Frames of an SDK that polls, with an SDK key as bearer; answers with frames for it',
    body: postedFramesSchema,
    answer: answeredFramesSchema,
  })
  async frames(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { holder, hub, state } = await this.#enter(authorization);
    // Not before: what is wrong with a body is the business of those who have a key.
    const { frames, ...from } = parseRequest(postedFramesSchema, body ?? {});
    const texts = frames.map((frame) => JSON.stringify(frame));
    const answers = hub.exchange({ id: holder.keyId }, { ...from, frames: texts });
    const text = `{"state":${JSON.stringify(etagOf(state))},"frames":[${answers.join(',')}]}`;
    await reply.type('application/json').send(text);
  }

  /** @throws RecloserError invalid_key, key_revoked, too_many_requests, unavailable */
  async #enter(authorization: string | undefined) {
    const holder = await this.#keys.holder(authorization);
    this.#count(holder);
    const node = this.#nodes.of(environmentOf(holder));
    if (!node.hub.ready) await node.settled();
    const state = node.hub.polledState();
    if (state === null) {
      throw new RecloserError('unavailable', 'This node has no state yet: ask again.', {
        retryAfterMs: 1_000,
      });
    }
    return { holder, hub: node.hub, state };
  }

  #count({ keyId }: KeyHolder): void {
    const now = performance.now();
    let rate = this.#rates.get(keyId);
    if (rate === undefined) {
      rate = new TokenBucket(RATE.perSecond, RATE.burst, now);
      this.#rates.set(keyId, rate);
    }
    if (rate.take(now)) return;
    throw new RecloserError(
      'too_many_requests',
      `At most ${RATE.perSecond} requests a second with one key: let more of the fleet use sockets.`,
      { retryAfterMs: 5_000 },
    );
  }
}

const etagOf = ({ tag }: PolledState): string => `"${tag}"`;
