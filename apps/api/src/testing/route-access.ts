import type { Role } from '@recloser/core';
import { PACKED } from '../sdk/package.controller.js';
import type { RestClient } from './rest-client.js';
import type { Route } from './routes.js';

/** What may be asked without a session; everything else must refuse. */
export const PUBLIC = new Set([
  'GET /health/live',
  'GET /health/ready',
  'GET /sdk/recloser-sdk.tgz',
  `GET /sdk/${PACKED}`,
  'POST /v1/auth/sign-in/email',
  'POST /v1/auth/sign-out',
  'GET /v1/auth/get-session',
  // Its secret is in the path.
  'POST /v1/triggers/:secret',
]);
/** Checks a bearer token of its own. */
export const OWN_BEARER = new Set(['GET /metrics', 'GET /v1/sdk/snapshot', 'POST /v1/sdk/frames']);

/** The least role of each route that changes something or shows secrets; all others are for viewers. */
export const NEEDS: Readonly<Record<string, Role>> = {
  'POST /v1/projects': 'admin',
  'POST /v1/projects/:project/environments': 'admin',
  'POST E/breakers': 'operator',
  'PATCH E/breakers/:key': 'operator',
  'POST E/breakers/:key/archive': 'admin',
  'POST E/breakers/:key/trip': 'operator',
  'POST E/breakers/:key/restore': 'operator',
  'POST E/breakers/:key/dim': 'operator',
  'POST E/breakers/:key/mode': 'operator',
  'POST E/breakers/:key/ramp': 'operator',
  'POST E/schedules': 'operator',
  'PATCH E/schedules/:key': 'operator',
  'POST E/schedules/:key/remove': 'operator',
  'POST E/segments': 'operator',
  'PATCH E/segments/:key': 'operator',
  'POST E/segments/:key/remove': 'operator',
  'PATCH E/settings': 'admin',
  'POST E/channels': 'admin',
  'PATCH E/channels/:id': 'admin',
  'POST E/channels/:id/remove': 'admin',
  'POST E/channels/:id/rotate-secret': 'admin',
  'POST E/channels/:id/test': 'admin',
  'POST E/import': 'admin',
  'GET E/keys': 'admin',
  'POST E/keys': 'admin',
  'POST E/keys/:id/revoke': 'admin',
  'GET E/triggers': 'admin',
  'POST E/triggers': 'admin',
  'POST E/triggers/:id/revoke': 'admin',
  'GET /v1/people': 'admin',
  'POST /v1/people': 'admin',
  'PATCH /v1/people/:id': 'admin',
  'POST /v1/people/:id/password': 'admin',
  'POST /v1/people/:id/remove': 'admin',
  'GET /v1/tokens': 'admin',
  'POST /v1/tokens': 'admin',
  'POST /v1/tokens/:id/revoke': 'admin',
  'GET /v1/audit': 'admin',
  'GET /v1/audit/verify': 'admin',
  'GET /v1/audit/export': 'admin',
  'GET /v1/audit/:id': 'admin',
};

export const idOf = ({ method, path }: Route): string =>
  `${method} ${path.replace('/v1/projects/:project/environments/:environment', 'E')}`;
export const own = (route: Route): boolean =>
  /^\/(v1|docs|health|metrics|sdk)/.test(route.path) && !['HEAD', 'OPTIONS'].includes(route.method);
const fill = (path: string): string =>
  path
    .replace(':project', 'default')
    .replace(':environment', 'production')
    .replace(/:\w+/g, 'nobody');

export const ask = (client: RestClient, { method, path }: Route) =>
  client.send(method, fill(path), method === 'GET' ? undefined : '{}', {
    'content-type': 'application/json',
  });
