import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { urlOf } from './env.js';

const SENTINEL_PORT = 26_379;

/** "host:port, host:port"; an IPv6 address stands in brackets. */
const addresses = z.string().transform((text, context) => {
  const parts = text.split(',').map((part) => part.trim());
  const found = parts.map((part) => {
    const url = URL.canParse(`redis://${part}`) ? new URL(`redis://${part}`) : null;
    if (url === null || url.host !== part || url.hostname === '') {
      const message = `"${part}" is not an address: write host:port, with commas between several`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return { host, port: Number(url.port) || SENTINEL_PORT };
  });
  return found;
});

/** The text of a PEM file that a variable names. */
const pemFile = z.string().transform((path, context) => {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
    context.addIssue({ code: 'custom', message: `${path} is not a PEM file` });
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    context.addIssue({ code: 'custom', message: `${path} cannot be read (${why})` });
  }
  return z.NEVER;
});

/** The variables of every process that connects to Redis. */
export const redisVars = {
  REDIS_URL: urlOf(['redis:', 'rediss:'], 'redis://localhost:6379').optional(),
  /** Installations that share a Redis need different ones: first part of every key and channel. */
  REDIS_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
    .default('recloser'),
  /** With it, the host in REDIS_URL is the name of the master that these Sentinels watch. */
  REDIS_SENTINELS: addresses.optional(),
  REDIS_SENTINEL_USERNAME: z.string().optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  /** The authority of the servers' certificates, where the system does not know it. */
  REDIS_CA_FILE: pemFile.optional(),
  /** This client's certificate and key, for servers that ask for them. */
  REDIS_CERT_FILE: pemFile.optional(),
  REDIS_KEY_FILE: pemFile.optional(),
};

type RedisEnv = z.infer<z.ZodObject<typeof redisVars>>;

/** What is said of Redis in the environment, for `connectBackbone`. */
export function redisOptions(env: RedisEnv) {
  return {
    redisUrl: env.REDIS_URL,
    redisNamespace: env.REDIS_NAMESPACE,
    redis: {
      sentinels: env.REDIS_SENTINELS,
      sentinelUsername: env.REDIS_SENTINEL_USERNAME,
      sentinelPassword: env.REDIS_SENTINEL_PASSWORD,
      ca: env.REDIS_CA_FILE,
      cert: env.REDIS_CERT_FILE,
      key: env.REDIS_KEY_FILE,
    },
  };
}
