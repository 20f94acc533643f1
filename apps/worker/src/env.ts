import { envVar, readEnv, redisVars } from '@recloser/server';
import { z } from 'zod';
import { networksOf } from './outbound/target-guard.js';

const networks = z.string().transform((text, context) => {
  const cidrs = text.split(',').map((part) => part.trim());
  try {
    return networksOf(cidrs.filter((cidr) => cidr !== ''));
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' });
    return z.NEVER;
  }
});

const schema = z.object({
  DATABASE_URL: envVar.databaseUrl(),
  /** LISTEN needs a session of its own, which a pooler does not give. */
  LISTEN_DATABASE_URL: envVar.databaseUrl().optional(),
  ...redisVars,
  LOG_LEVEL: envVar.logLevel(),
  /** 0: any free port; the launcher and probes ask it for readiness. */
  WORKER_HEALTH_PORT: envVar.port().default(0),
  WORKER_HEALTH_HOST: z.string().default('127.0.0.1'),
  METRICS_TOKEN: envVar.token(16).optional(),
  /** Breakers that metrics name. Above 10,000, the series of one process would be too many for a scrape. */
  METRICS_MAX_BREAKERS: envVar.integer(0, 10_000).default(1_000),
  /** What the console can show; 30 days by default, at most a year of partitions. */
  ROLLUP_RETENTION_DAYS: envVar.integer(1, 366).default(30),
  /** SDKs resume from these changes; below an hour a deploy would cause full snapshots. */
  CHANGE_RETENTION_HOURS: envVar.integer(1, 720).default(24),
  /** Where people see the console: for links in notifications. */
  PUBLIC_URL: envVar.httpUrl().optional(),
  /** Private networks in which active checks and notifications may connect, e.g. "10.0.0.0/8, fd00::/8". Metadata services never. */
  PROBE_ALLOWED_NETWORKS: networks.default(networksOf([])),
  RECLOSER_SUPERVISED: envVar.flag().default(false),
});

export type WorkerEnv = z.infer<typeof schema>;

/** @throws EnvError naming every variable that is missing or wrong. */
export function readWorkerEnv(source: Readonly<Record<string, string | undefined>>): WorkerEnv {
  return readEnv(schema, source);
}
