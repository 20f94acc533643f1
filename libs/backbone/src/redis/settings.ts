import type { SentinelAddress, SentinelConnectionOptions } from 'ioredis';

/** What `REDIS_URL` cannot say. */
export interface RedisSettings {
  /** With Sentinels, the host in the URL is the name of the master that they watch. */
  readonly sentinels?: readonly Required<Pick<SentinelAddress, 'host' | 'port'>>[] | undefined;
  /** How to sign in to the Sentinels, where that is needed. */
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** PEM texts for `rediss:`; the system's authorities are trusted where `ca` is absent. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export type Target = Pick<
  SentinelConnectionOptions,
  | 'sentinels'
  | 'name'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS'
  | 'enableTLSForSentinelMode'
> & {
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly family?: number;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
};

/** Where to connect and with what login, as ioredis wants it. */
export function targetOf(url: string, settings: RedisSettings): Target {
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url);
  const family = Number(searchParams.get('family'));
  const { ca, cert, key, sentinels = [], sentinelUsername, sentinelPassword } = settings;
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  const isSecret = protocol === 'rediss:';
  const shared = {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1)) || 0,
    ...(family > 0 && { family }),
    ...(isSecret && { tls }),
  };
  if (sentinels.length === 0) {
    const host = hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost';
    return { ...shared, host, port: Number(port) || 6379 };
  }
  return {
    ...shared,
    sentinels: [...sentinels],
    name: hostname,
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(isSecret && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}
