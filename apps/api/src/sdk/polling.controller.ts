import { Body, Controller, Headers, Inject, Res, UseGuards } from '@nestjs/common';
import type { KeyHolder } from '@recloser/db';
import type { Payload } from '@recloser/hub';
import { contract, RecloserError, type PostedFrames } from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Route } from '../common/route.decorator.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { environmentOf } from './sdk-key-authenticator.js';
import { SdkKeyGuard, SdkKeyHolder } from './sdk-key.guard.js';

/** The SDK protocol without a socket, for networks that let none through. */
@Controller()
@UseGuards(SdkKeyGuard)
export class PollingController {
  constructor(@Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas) {}

  @Route(contract.sdk.snapshot)
  async snapshot(
    @SdkKeyHolder() holder: KeyHolder,
    @Headers('if-none-match') known: string | undefined,
    @Headers('recloser-features') features: string | undefined,
    @Headers('accept-encoding') encodings: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const hub = await this.#hubOf(holder);
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

  @Route(contract.sdk.frames)
  async frames(
    @SdkKeyHolder() holder: KeyHolder,
    @Body() { frames, state: has, ...from }: PostedFrames,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const hub = await this.#hubOf(holder);
    const texts = frames.map((frame) => JSON.stringify(frame));
    const applied = has === undefined ? undefined : tagIn(has);
    const exchange = { ...from, state: applied, frames: texts };
    const answer = await hub.exchange({ id: holder.keyId }, exchange);
    const tag = JSON.stringify(etagOf(answer.tag));
    const text = `{"state":${tag},"frames":[${answer.frames.join(',')}]}`;
    await reply.type('application/json').send(text);
  }

  /** @throws RecloserError unavailable */
  async #hubOf(holder: KeyHolder) {
    const node = this.replicas.of(environmentOf(holder));
    if (!node.hub.ready) await node.settled();
    if (!node.hub.ready) throw noState();
    return node.hub;
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
