/** Where things are. Breaker keys may hold any character but "/": they are always encoded. */

export interface Place {
  readonly project: string;
  readonly environment: string;
}

/** Of an environment, or of what belongs to none: sign-ins, people, projects, SDK keys. */
export type AuditLogName = 'environment' | 'system';

const seg = encodeURIComponent;

/** Console pages. */
export const routes = {
  fleet: (place: Place) => `/${seg(place.project)}/${seg(place.environment)}`,
  breaker: (place: Place, key: string) => `${routes.fleet(place)}/breakers/${seg(key)}`,
  policy: (place: Place, key: string) => `${routes.breaker(place, key)}/policy`,
  rules: (place: Place, key: string) => `${routes.breaker(place, key)}/rules`,
  audit: (place: Place) => `${routes.fleet(place)}/audit`,
  auditOf: (place: Place, key: string) => `${routes.audit(place)}?breaker=${seg(key)}`,
  auditEvent: (place: Place, id: string, log: AuditLogName = 'environment') =>
    `${routes.audit(place)}/${seg(id)}${log === 'system' ? '?log=system' : ''}`,
  instances: (place: Place) => `${routes.fleet(place)}/instances`,
  schedules: (place: Place) => `${routes.fleet(place)}/schedules`,
  segments: (place: Place) => `${routes.fleet(place)}/segments`,
  segment: (place: Place, key: string) => `${routes.segments(place)}#${seg(key)}`,
  notifications: (place: Place) => `${routes.fleet(place)}/notifications`,
  settings: (place: Place) => `${routes.fleet(place)}/settings`,
  transfer: (place: Place) => `${routes.fleet(place)}/transfer`,
  connect: (place: Place) => `${routes.fleet(place)}/connect`,
  keys: (place: Place) => `${routes.fleet(place)}/keys`,
  people: (place: Place) => `${routes.fleet(place)}/people`,
  environments: (place: Place) => `${routes.fleet(place)}/environments`,
} as const;

/** REST resources of one environment. */
export const resources = {
  environment: (place: Place) =>
    `/v1/projects/${seg(place.project)}/environments/${seg(place.environment)}`,
  breakers: (place: Place) => `${resources.environment(place)}/breakers`,
  breaker: (place: Place, key: string) => `${resources.breakers(place)}/${seg(key)}`,
  audit: (place: Place, log: AuditLogName = 'environment') =>
    log === 'system' ? '/v1/audit' : `${resources.environment(place)}/audit`,
  instances: (place: Place) => `${resources.environment(place)}/instances`,
  services: (place: Place) => `${resources.environment(place)}/services`,
  schedules: (place: Place) => `${resources.environment(place)}/schedules`,
  keys: (place: Place) => `${resources.environment(place)}/keys`,
  segments: (place: Place) => `${resources.environment(place)}/segments`,
  segment: (place: Place, key: string) => `${resources.segments(place)}/${seg(key)}`,
  channels: (place: Place) => `${resources.environment(place)}/channels`,
  channel: (place: Place, id: string) => `${resources.channels(place)}/${seg(id)}`,
  settings: (place: Place) => `${resources.environment(place)}/settings`,
  export: (place: Place) => `${resources.environment(place)}/export`,
  import: (place: Place) => `${resources.environment(place)}/import`,
  views: (place: Place) => `${resources.environment(place)}/views`,
} as const;
