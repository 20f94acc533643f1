import type { InstanceLocation } from '@recloser/core';
import type { Instance } from '@recloser/protocol';

/** The location of an instance, by partition kind. */
export function locationOf({ id, service, zone, region }: Instance): InstanceLocation {
  return { instance: id, service, zone, region };
}
