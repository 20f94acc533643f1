import type { AttributeValue } from '@recloser/core';
import { api, type TryResult } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

/** What every SDK decides for this context now. */
export function tryContext(
  place: EnvironmentRef,
  key: string,
  context: Readonly<Record<string, AttributeValue>>,
): Promise<TryResult> {
  return call(api.breakers.try, { params: { ...place, key }, body: { context } });
}
