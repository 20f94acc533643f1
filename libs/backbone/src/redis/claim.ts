import { RecloserError } from '@recloser/protocol';
import type { BackboneLog } from '../ports.js';
import type { Keys } from './keys.js';
import type { RedisClient } from './script.js';

/** A server that lost its memory has lost the claim with it. */
const RENEW_MS = 5_000;

interface ClaimOptions {
  readonly namespace: string;
  readonly installation: (() => Promise<string>) | undefined;
  readonly log: BackboneLog;
}

/**
 * Notes in Redis whose namespace this is. Two installations under one namespace would take each other's jobs, breakers
 * and heartbeats, without any error.
 * @throws RecloserError `unavailable` when the namespace is another installation's.
 */
export async function claimNamespace(
  client: RedisClient,
  keys: Keys,
  { namespace, installation, log }: ClaimOptions,
): Promise<{ end(): void }> {
  if (installation === undefined) return { end: () => undefined };
  const id = await installation();
  const holder = await claim(client, keys, id);
  if (holder !== id) throw new RecloserError('unavailable', taken(namespace, holder, id));
  let told = false;
  const timer = setInterval(() => {
    claim(client, keys, id).then(
      (now) => {
        if (now !== id && !told) log.error({}, taken(namespace, now, id));
        told = now !== id;
      },
      () => undefined,
    );
  }, RENEW_MS).unref();
  return { end: () => clearInterval(timer) };
}

/** Who holds it afterwards. */
async function claim(client: RedisClient, keys: Keys, id: string): Promise<string> {
  await client.set(keys.installation, id, 'NX');
  return (await client.get(keys.installation)) ?? id;
}

function taken(namespace: string, holder: string, id: string): string {
  return (
    `The namespace "${namespace}" of this Redis belongs to another installation (${holder}; this one is ${id}). ` +
    'Give one of them another REDIS_NAMESPACE, or a Redis of its own. If the other one is gone for good, delete the key ' +
    `"{${namespace}}:installation".`
  );
}
