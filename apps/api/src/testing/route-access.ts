import { contractRoutes, type AnyRoute } from '@recloser/protocol';
import { PACKED } from '../sdk/package.controller.js';
import type { RestClient } from './rest-client.js';
import type { Route } from './routes.js';

/** The same file under its version, which the contract does not know. */
const VERSIONED = `GET /sdk/${PACKED}`;

/** What the contract says of a route that the server has. @throws Error where it says nothing */
export function contractOf({ method, path }: Route): AnyRoute {
  const id = `${method} ${path}`;
  const address = id === VERSIONED ? 'GET /sdk/recloser-sdk.tgz' : id;
  const found = contractRoutes.find((route) => route.address === address);
  if (found === undefined) throw new Error(`${id} is not in the contract.`);
  return found;
}

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
