import { Body, Controller, Get, Headers, Inject, Post, Res } from '@nestjs/common';
import type { KeyHolder } from '@recloser/db';
import type { Payload } from '@recloser/hub';
import {
  answeredFramesSchema,
  fullSchema,
  parseRequest,
  postedFramesSchema,
  RecloserError,
} from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Operation } from '../common/operation.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { environmentOf, SdkKeyAuthenticator } from './sdk-key-authenticator.js';
import { KeyRates, POLL_RATE } from './key-rates.js';

/** The SDK protocol without a socket, for networks that let none through. */
@Controller('v1/sdk')
export class PollingController {
  readonly #keys: SdkKeyAuthenticator;
  readonly #replicas: EnvironmentReplicas;
  readonly #rates: KeyRates;

  constructor(
    @Inject(SdkKeyAuthenticator) keys: SdkKeyAuthenticator,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
    @Inject(KeyRates) rates: KeyRates,
  ) {
    this.#keys = keys;
    this.#replicas = replicas;
    this.#rates = rates;
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
    @Headers('recloser-features') features: string | undefined,
    @Headers('accept-encoding') encodings: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { hub } = await this.#enter(authorization);
    const tag = known === undefined ? undefined : tagIn(known);
    const state = await hub.polledState(tag);
    if (state === null) throw noState();
    void reply.headers({
      etag: etagOf(state.tag),
      'recloser-lease': String(state.lease),
      'recloser-poll-ms': String(state.pollMs),
    });
    if (state.isUnchanged) {
      await reply.code(304).send();
      return;
    }
    const parts = (features ?? '').split(/[\s,]+/).includes('parts');
    const payload = hub.polledFrames({ parts, deflate: false }, tag ?? null);
    void reply.type(parts ? 'application/x-ndjson' : 'application/json');
    void reply.header('vary', 'accept-encoding, recloser-features');
    if (payload.isShort) {
      await reply.send(payload.at(0)?.text);
      return;
    }
    const body = Readable.from(piecesOf(payload));
    const zipped = /\bgzip\b/.test(encodings ?? '');
    if (zipped) void reply.header('content-encoding', 'gzip');
    await reply.send(zipped ? body.pipe(createGzip({ level: 1 })) : body);
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
    const { holder, hub } = await this.#enter(authorization);
    // Not before: what is wrong with a body is the business of those who have a key.
    const { frames, state: has, ...from } = parseRequest(postedFramesSchema, body ?? {});
    const texts = frames.map((frame) => JSON.stringify(frame));
    const applied = has === undefined ? undefined : tagIn(has);
    const exchange = { ...from, state: applied, frames: texts };
    const answer = await hub.exchange({ id: holder.keyId }, exchange);
    const tag = JSON.stringify(etagOf(answer.tag));
    const text = `{"state":${tag},"frames":[${answer.frames.join(',')}]}`;
    await reply.type('application/json').send(text);
  }

  /** @throws RecloserError invalid_key, key_revoked, too_many_requests, unavailable */
  async #enter(authorization: string | undefined) {
    const holder = await this.#keys.holder(authorization);
    this.#count(holder);
    const node = this.#replicas.of(environmentOf(holder));
    if (!node.hub.ready) await node.settled();
    if (!node.hub.ready) throw noState();
    return { holder, hub: node.hub };
  }

  #count({ keyId }: KeyHolder): void {
    if (this.#rates.take(keyId)) return;
    throw new RecloserError(
      'too_many_requests',
      `At most ${POLL_RATE.perSecond} requests a second with one key: let more of the fleet use sockets.`,
      { retryAfterMs: 5_000 },
    );
  }
}

const etagOf = (tag: string): string => `"${tag}"`;

function noState(): RecloserError {
  return new RecloserError('unavailable', 'This node has no state yet: ask again.', {
    retryAfterMs: 1_000,
  });
}

/** The tag in an ETag. A proxy that compresses makes it a weak one, which names the same state. */
const tagIn = (etag: string): string => /^(?:W\/)?"(.*)"$/.exec(etag)?.[1] ?? etag;

/** Piece after piece, as they are taken, with other work in between. */
async function* piecesOf(payload: Payload): AsyncGenerator<string> {
  for (let index = 0, chunk = payload.at(0); chunk !== null; chunk = payload.at((index += 1))) {
    yield payload.messages ? `${chunk.text}\n` : chunk.text;
    await setImmediate();
  }
}
