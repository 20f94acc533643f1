import { envVar, readEnv, redisVars } from '@recloser/server';
import { z } from 'zod';

const schema = z.object({
  PORT: envVar.port().default(4400),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: envVar.databaseUrl(),
  /** A direct connection for LISTEN, where DATABASE_URL goes through a pooler. */
  LISTEN_DATABASE_URL: envVar.databaseUrl().optional(),
  ...redisVars,
  /** Where the console (Next) runs; without one, a plain page says so. */
  CONSOLE_URL: envVar.httpUrl().optional(),
  /** The address that users see, where a proxy changes it: makes cookies secure and names the allowed origin. */
  PUBLIC_URL: envVar.httpUrl().optional(),
  /** Signs session cookies. Another one signs everybody out. */
  AUTH_SECRET: envVar.secret(32),
  ADMIN_EMAIL: z.email('must be an e-mail address').default('admin@recloser.local'),
  ADMIN_PASSWORD: envVar.text(10).optional(),
  METRICS_TOKEN: envVar.token(16).optional(),
  /** Breakers that metrics name. Above 10,000, the series of one process would be too many for a scrape. */
  METRICS_MAX_BREAKERS: envVar.integer(0, 10_000).default(1_000),
  /** Addresses of reverse proxies whose X-Forwarded-* are believed. */
  TRUSTED_PROXIES: z.string().default('loopback'),
  /** Requests to /v1 of one address in a minute. Far above a busy console, far below a flood. */
  RATE_LIMIT_PER_MINUTE: envVar.integer(1, 1_000_000).default(6_000),
  /** SDKs of a stopping node reconnect within this time, so that they do not come all at once. */
  GOODBYE_SPREAD_MS: envVar.integer(0, 60_000).default(3_000),
  LOG_LEVEL: envVar.logLevel(),
  /** Set by the launcher: exit when it is gone. */
  RECLOSER_SUPERVISED: envVar.flag().default(false),
});

export type ApiEnv = z.infer<typeof schema>;

/** @throws EnvError that names every wrong variable. */
export const readApiEnv = (source: Readonly<Record<string, string | undefined>>): ApiEnv =>
  readEnv(schema, source);
