/** Paths of the console. Breaker keys may hold any character but "/", so they are always encoded. */

export interface EnvironmentRef {
  readonly project: string;
  readonly environment: string;
}

/** Of an environment, or of what belongs to none: sign-ins, people, projects, SDK keys. */
export type AuditLogName = 'environment' | 'system';

const seg = encodeURIComponent;

/** Console pages. */
export const routes = {
  fleet: (place: EnvironmentRef) => `/${seg(place.project)}/${seg(place.environment)}`,
  breaker: (place: EnvironmentRef, key: string) => `${routes.fleet(place)}/breakers/${seg(key)}`,
  policy: (place: EnvironmentRef, key: string) => `${routes.breaker(place, key)}/policy`,
  rules: (place: EnvironmentRef, key: string) => `${routes.breaker(place, key)}/rules`,
  audit: (place: EnvironmentRef) => `${routes.fleet(place)}/audit`,
  auditOf: (place: EnvironmentRef, key: string) => `${routes.audit(place)}?breaker=${seg(key)}`,
  auditEvent: (place: EnvironmentRef, id: string, log: AuditLogName = 'environment') =>
    `${routes.audit(place)}/${seg(id)}${log === 'system' ? '?log=system' : ''}`,
  instances: (place: EnvironmentRef) => `${routes.fleet(place)}/instances`,
  schedules: (place: EnvironmentRef) => `${routes.fleet(place)}/schedules`,
  segments: (place: EnvironmentRef) => `${routes.fleet(place)}/segments`,
  segment: (place: EnvironmentRef, key: string) => `${routes.segments(place)}#${seg(key)}`,
  notifications: (place: EnvironmentRef) => `${routes.fleet(place)}/notifications`,
  settings: (place: EnvironmentRef) => `${routes.fleet(place)}/settings`,
  transfer: (place: EnvironmentRef) => `${routes.fleet(place)}/transfer`,
  connect: (place: EnvironmentRef) => `${routes.fleet(place)}/connect`,
  keys: (place: EnvironmentRef) => `${routes.fleet(place)}/keys`,
  tokens: (place: EnvironmentRef) => `${routes.fleet(place)}/tokens`,
  triggers: (place: EnvironmentRef) => `${routes.fleet(place)}/triggers`,
  people: (place: EnvironmentRef) => `${routes.fleet(place)}/people`,
  environments: (place: EnvironmentRef) => `${routes.fleet(place)}/environments`,
} as const;
