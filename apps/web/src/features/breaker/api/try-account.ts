import type { AttributeValue } from '@recloser/core';
import type { TryResult } from '@recloser/protocol';
import { sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

/** What every SDK decides for this context now. */
export async function tryContext(
  place: EnvironmentRef,
  key: string,
  context: Readonly<Record<string, AttributeValue>>,
): Promise<TryResult> {
  const path = `${resources.breaker(place, key)}/try`;
  return (await sendJson('POST', path, { body: { context } })) as TryResult;
}
