import type { InstanceLocation } from '@recloser/core';
import type { Instance } from '@recloser/protocol';

/** Where an instance is, as parts of a fleet name it. */
export function locationOf({ id, service, zone, region }: Instance): InstanceLocation {
  return { instance: id, service, zone, region };
}
