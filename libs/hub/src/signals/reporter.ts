/** Who reported. */
export interface Reporter {
  readonly instanceId: string;
  /** The SDK key that it came with. */
  readonly keyId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly region: string | null;
  /** It knows of states of parts of the fleet; one that does not always counts under the fleet's. */
  readonly scoped: boolean;
  /** The name of its service, zone and region together. */
  readonly group: string;
}

/** What an instance said of its own breaker, on the store's clock. */
export interface InstanceOpening {
  readonly at: number;
  readonly calls: number;
  readonly failures: number;
  readonly failedAt: number;
  /** When it was first said. */
  readonly heardAt: number;
}

/** The same for all instances of a service in a zone and region. */
export function groupName({
  service,
  zone,
  region,
}: Pick<Reporter, 'service' | 'zone' | 'region'>): string {
  return JSON.stringify([service, zone, region]);
}

/** From which rates on an instance counts as failing, and as slow, 0…1. */
export interface Tolerated {
  readonly failures: number;
  readonly slow: number;
}
