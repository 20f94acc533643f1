import type { ServiceList } from '@recloser/protocol';

/** Which services call which breakers, turned round for the list of breakers. */
export interface ServicesInUse {
  /** Names of services by breaker key. */
  readonly byBreaker: ReadonlyMap<string, readonly string[]>;
  /** Connected instances by service. */
  readonly instances: ReadonlyMap<string, number>;
  /** False: the oldest uses are left out. */
  readonly complete: boolean;
}

export function servicesInUse({ items, complete }: ServiceList): ServicesInUse {
  const byBreaker = new Map<string, string[]>();
  for (const { service, breakers } of items) {
    for (const key of breakers) {
      const services = byBreaker.get(key);
      if (services === undefined) byBreaker.set(key, [service]);
      else services.push(service);
    }
  }
  const instances = new Map(items.map(({ service, instances: count }) => [service, count]));
  return { byBreaker, instances, complete };
}
