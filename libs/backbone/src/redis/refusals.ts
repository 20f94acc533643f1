import { RecloserError } from '@recloser/protocol';
import { Redis } from 'ioredis';
import type { Target } from './settings.js';

const TIMEOUT_MS = 3_000;

/** What TLS says of a certificate whose authority is not trusted here. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** Why a server cannot be used, and what to do about it. */
export function refusal(where: string, error: unknown, variable = 'REDIS_URL'): RecloserError {
  return new RecloserError('unavailable', `${where} ${reasonOf(error, variable)}`, {}, error);
}

interface Address {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

export const addressText = ({ host = 'localhost', port = 6379 }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function reasonOf(error: unknown, variable: string): string {
  const { code, message } = errorParts(error);
  if (UNTRUSTED.has(code)) {
    return (
      `shows a certificate of an authority that is not trusted here (${code}). Name the file with that authority's ` +
      'certificate in REDIS_CA_FILE.'
    );
  }
  if (code === 'CERT_HAS_EXPIRED') return 'shows a certificate that has expired. Renew it.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return (
      'shows a certificate that is for another name. Use a host name that is in the certificate, or add ' +
      'this one to it.'
    );
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/i.test(code + message)) {
    return 'does not speak TLS. Write redis:// instead of rediss://, or turn TLS on there.';
  }
  if (message.startsWith('NOAUTH')) return 'wants a password. Write it into REDIS_URL.';
  if (/^WRONGPASS|invalid username-password|without any password configured/.test(message)) {
    return 'refuses the user or the password. Check both; special characters in a URL are written as %40 and the like.';
  }
  if (message.startsWith('NOPERM')) {
    return `does not let this user run the commands that it needs (${message}). Give it the rights +@all on its keys and channels.`;
  }
  return (
    `cannot be used (${code || message}). Check ${variable}, and that the server runs. One that wants TLS needs rediss://, ` +
    'and one that wants a certificate of its clients needs REDIS_CERT_FILE and REDIS_KEY_FILE.'
  );
}

function errorParts(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message };
}

/**
 * Asks the Sentinels for the master, as nothing else would tell what is wrong with them.
 * @throws RecloserError `unavailable` when none can be reached or lets us in, or none knows the master.
 */
export async function checkSentinels(target: Target): Promise<void> {
  const problems: RecloserError[] = [];
  for (const { host = '', port = 26_379 } of target.sentinels ?? []) {
    const where = `The Sentinel ${addressText({ host, port })}`;
    try {
      if (await knowsMaster({ host, port }, target)) return;
      const { name = '' } = target;
      const why =
        `does not know a master "${name}". With REDIS_SENTINELS, the host in REDIS_URL is the name of the master, such as ` +
        'redis://mymaster.';
      problems.push(new RecloserError('unavailable', `${where} ${why}`));
    } catch (error) {
      problems.push(sentinelRefusal(where, error));
    }
  }
  const [first, ...others] = [...new Set(problems.map(({ message }) => message))];
  throw new RecloserError('unavailable', [first, ...others].join(' '), {}, problems[0]);
}

function sentinelRefusal(where: string, error: unknown): RecloserError {
  const { message } = errorParts(error);
  if (!/^NOAUTH|^WRONGPASS/.test(message)) return refusal(where, error, 'REDIS_SENTINELS');
  const why = 'refuses the login. Check REDIS_SENTINEL_USERNAME and REDIS_SENTINEL_PASSWORD.';
  return new RecloserError('unavailable', `${where} ${why}`, {}, error);
}

async function knowsMaster(
  { host, port }: { readonly host: string; readonly port: number },
  { name = '', sentinelUsername, sentinelPassword, sentinelTLS }: Target,
): Promise<boolean> {
  const client = new Redis({
    host,
    port,
    ...(sentinelUsername !== undefined && { username: sentinelUsername }),
    ...(sentinelPassword !== undefined && { password: sentinelPassword }),
    ...(sentinelTLS !== undefined && { tls: sentinelTLS }),
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    enableReadyCheck: false,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  const failed = lastError(client);
  try {
    await client.connect();
    return (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) !== null;
  } catch (error) {
    throw failed() ?? error;
  } finally {
    client.disconnect();
  }
}

/** The last error that a client has met: more exact than what its calls are rejected with. */
export function lastError(client: Redis): () => Error | null {
  let last: Error | null = null;
  client.on('error', (error) => {
    last = error;
  });
  return () => last;
}

/**
 * Makes sure that the server keeps what it is given.
 * @throws RecloserError `unavailable` when it may throw keys away as its memory fills up.
 */
export async function checkEviction(client: Redis, where: string): Promise<void> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new RecloserError(
    'unavailable',
    `${where} throws keys away when its memory is full (maxmemory-policy ${policy}): jobs and counts would be lost without ` +
      'an error. Set "maxmemory-policy noeviction" in its configuration (at once: redis-cli CONFIG SET maxmemory-policy ' +
      'noeviction), then start again.',
  );
}
