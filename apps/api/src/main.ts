import 'reflect-metadata';
import { type ProcessParts, runProcess } from '@recloser/server';
import { readApiEnv, type ApiEnv } from './env.js';
import { startNode, type NodeOptions } from './node.js';

async function start(parts: ProcessParts<ApiEnv>): Promise<void> {
  const { env, log, database: db, ...rest } = parts;
  const node = await startNode({ ...rest, db, log }, optionsOf(env));
  if (node.adminPassword !== null) {
    tellOnce(welcome(env.ADMIN_EMAIL, node.adminPassword));
  }
  log.info({ url: node.url }, 'listening');
}

const optionsOf = (env: ApiEnv): NodeOptions => ({
  host: env.HOST,
  port: env.PORT,
  consoleUrl: env.CONSOLE_URL ?? null,
  publicUrl: env.PUBLIC_URL ?? null,
  authSecret: env.AUTH_SECRET,
  admin: { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD ?? null },
  metricsToken: env.METRICS_TOKEN ?? null,
  trustedProxies: env.TRUSTED_PROXIES,
  rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
  goodbyeSpreadMs: env.GOODBYE_SPREAD_MS,
  metricsMaxBreakers: env.METRICS_MAX_BREAKERS,
});

/** What a launcher keeps of the standard output is a log: what is for eyes alone goes to it by another way. */
function tellOnce(text: string): void {
  if (process.send) process.send({ kind: 'notice', text });
  else process.stdout.write(text);
}

const welcome = (email: string, password: string): string =>
  `\nThe first administrator was created. This is shown only once:\n  e-mail    ${email}\n  password  ${password}\n\n`;

await runProcess({ name: 'api', readEnv: readApiEnv, start });
