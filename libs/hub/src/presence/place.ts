import type { Place } from '@recloser/core';
import type { Instance } from '@recloser/protocol';

/** Where an instance is, as parts of a fleet name it. */
export function placeOf({ id, service, zone, region }: Instance): Place {
  return { instance: id, service, zone, region };
}
