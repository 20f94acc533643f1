import type { Address } from './api.js';
import { auditRoutes, systemAuditRoutes } from './audit.js';
import { authRoutes } from './auth.js';
import { breakerRoutes } from './breakers/breakers.js';
import { channelRoutes } from './channels.js';
import { docsRoutes } from './docs.js';
import { environmentSettingsRoutes } from './environment-settings.js';
import { healthRoutes } from './health.js';
import { fileRoutes } from './import.js';
import { instanceRoutes } from './instances.js';
import { keyRoutes } from './keys.js';
import { peopleRoutes } from './people.js';
import { projectRoutes } from './projects.js';
import type { AnyRoute } from './route.js';
import { scheduleRoutes } from './schedules.js';
import { sdkRoutes } from './sdk.js';
import { segmentRoutes } from './segments.js';
import { tokenRoutes } from './tokens.js';
import { triggerRoutes } from './triggers.js';
import { viewRoutes } from './views.js';

interface Contract {
  readonly audit: typeof auditRoutes;
  readonly auth: typeof authRoutes;
  readonly breakers: typeof breakerRoutes;
  readonly channels: typeof channelRoutes;
  readonly docs: typeof docsRoutes;
  readonly environmentSettings: typeof environmentSettingsRoutes;
  readonly files: typeof fileRoutes;
  readonly health: typeof healthRoutes;
  readonly instances: typeof instanceRoutes;
  readonly keys: typeof keyRoutes;
  readonly people: typeof peopleRoutes;
  readonly projects: typeof projectRoutes;
  readonly schedules: typeof scheduleRoutes;
  readonly sdk: typeof sdkRoutes;
  readonly segments: typeof segmentRoutes;
  readonly systemAudit: typeof systemAuditRoutes;
  readonly tokens: typeof tokenRoutes;
  readonly triggers: typeof triggerRoutes;
  readonly views: typeof viewRoutes;
}

/**
 * Every REST route: what it takes and answers, and who may call it. The API's controllers, guard and OpenAPI document, and
 * all clients, are made from it.
 */
export const contract: Contract = {
  audit: auditRoutes,
  auth: authRoutes,
  breakers: breakerRoutes,
  channels: channelRoutes,
  docs: docsRoutes,
  environmentSettings: environmentSettingsRoutes,
  files: fileRoutes,
  health: healthRoutes,
  instances: instanceRoutes,
  keys: keyRoutes,
  people: peopleRoutes,
  projects: projectRoutes,
  schedules: scheduleRoutes,
  sdk: sdkRoutes,
  segments: segmentRoutes,
  systemAudit: systemAuditRoutes,
  tokens: tokenRoutes,
  triggers: triggerRoutes,
  views: viewRoutes,
};

type RouteOf<C> = { [G in keyof C]: C[G][keyof C[G]] }[keyof C];

/** The type of each route, by its address. */
export type Routes = {
  readonly [R in RouteOf<Contract> as R['address']]: R;
};

/** All routes of the contract. */
export const contractRoutes: readonly AnyRoute[] = Object.values(contract).flatMap(
  (group: Readonly<Record<string, AnyRoute>>) => Object.values(group),
);

const byAddress = new Map(contractRoutes.map((one) => [one.address, one]));

/** The route at an address. */
export function routeAt(address: Address): AnyRoute {
  const found = byAddress.get(address);
  if (found === undefined) throw new Error(`The contract has no route ${address}.`);
  return found;
}
