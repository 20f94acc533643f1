import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { LIMITS, RecloserError } from '@recloser/protocol';
import type { Health, Log, Metrics } from '@recloser/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createRequire } from 'node:module';
import { AppModule } from './app.module.js';
import { addHttpHooks, bucketOf, requestIdOf } from './common/http-hooks.js';
import { NestLog } from './common/nest-log.js';
import { ProblemFilter, refuseBytes, sendProblem } from './common/problem.filter.js';
import { BACKBONE, DATABASE, HEALTH, LOG, METRICS, SETTINGS } from './common/tokens.js';
import { DocsService } from './docs/docs.service.js';
import { completeDocument } from './docs/openapi.js';
import { mountConsole } from './proxy/console-proxy.js';
import { RecloserWsAdapter } from './realtime/recloser-ws.adapter.js';
import type { Settings } from './settings.js';

export interface ApiParts {
  readonly db: Database;
  readonly backbone: Backbone;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
}

export interface ApiOptions extends Settings {
  readonly consoleUrl: string | null;
  readonly rateLimitPerMinute: number;
}

const { version } = createRequire(import.meta.url)('../package.json') as {
  readonly version: string;
};

/** Addresses whose requests are counted at once; the one that was silent longest is forgotten first. */
const RATE_KEYS = 20_000;

/** Routes that take a list of 100,000 values, or a whole environment. */
const LONG_BODIES = /\/environments\/:environment\/segments(?:\/:key)?$/;
const IMPORTS = /\/environments\/:environment\/import$/;
const TRIGGERS = /^\/v1\/triggers\//;

/** Builds the whole HTTP side; it does not listen yet. */
export async function createApi(
  parts: ApiParts,
  options: ApiOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: options.trustedProxies,
    genReqId: requestIdOf,
    bodyLimit: 1024 * 1024,
    // Keys of breakers may be long, and are percent-encoded in paths.
    routerOptions: { maxParamLength: 2_000 },
    forceCloseConnections: true,
    // What no route has seen: an address that cannot be decoded, a request that is no HTTP.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, parts.log),
    clientErrorHandler: refuseBytes,
  });
  const nest: Readonly<NestApplicationOptions> = {
    bodyParser: false,
    logger: new NestLog(parts.log),
    abortOnError: false,
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.over(providersOf(parts, options)),
    adapter,
    nest,
  );
  const server = adapter.getInstance();
  server.addHook('onRoute', (route) => {
    if (LONG_BODIES.test(route.url)) route.bodyLimit = LIMITS.segmentRequestBytes;
    if (IMPORTS.test(route.url)) route.bodyLimit = LIMITS.importRequestBytes;
    if (TRIGGERS.test(route.url)) route.bodyLimit = LIMITS.triggerRequestBytes;
  });
  addHttpHooks(server, { ...parts, publicUrl: options.publicUrl });
  await server.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: { includeSubDomains: false },
  });
  await server.register(rateLimit, {
    max: options.rateLimitPerMinute,
    timeWindow: '1 minute',
    allowList: (request) => bucketOf(request) === null,
    keyGenerator: (request) => bucketOf(request) ?? '',
    cache: RATE_KEYS,
    errorResponseBuilder: (_request, { ttl }) =>
      new RecloserError('too_many_requests', `Try again in ${Math.ceil(ttl / 1_000)} seconds.`),
  });
  app.useWebSocketAdapter(new RecloserWsAdapter(app.getHttpServer(), parts.log));
  app.useGlobalFilters(new ProblemFilter(parts.log));
  describe(app);
  await mountConsole(server, { consoleUrl: options.consoleUrl, log: parts.log });
  return app;
}

const providersOf = (parts: ApiParts, settings: Settings) => [
  { provide: DATABASE, useValue: parts.db },
  { provide: BACKBONE, useValue: parts.backbone },
  { provide: LOG, useValue: parts.log },
  { provide: METRICS, useValue: parts.metrics },
  { provide: HEALTH, useValue: parts.health },
  { provide: SETTINGS, useValue: settings },
];

function describe(app: NestFastifyApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Recloser API')
    .setDescription(
      'Errors are problem+json with a stable `code`. People have a session, a cookie of /v1/auth; programs send an API token of /v1/tokens. [role] names the least role.',
    )
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setVersion('1')
    .addExtension('x-recloser-version', version, 'info')
    .build();
  app.get(DocsService).set(completeDocument(SwaggerModule.createDocument(app, config)));
}
