import type { Role } from '@recloser/core';
import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Address, MethodOf, ParamOf, PathOf } from './api.js';

/** Who may call a route: the least role, `public` for everybody, `token` for what checks its own bearer token. */
export type Access = Role | 'public' | 'token';

/**
 * Which API tokens may call a route, besides their role: `none` of them, `any` of them, or, unless said otherwise, those
 * whose project and environment the path names, and on a path that names none only those without limits.
 */
export type TokenUse = 'none' | 'any' | 'by_path';

export interface RouteSpec {
  readonly access: Access;
  /** Default `by_path`. */
  readonly tokens?: TokenUse;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body comes from another system, and the handler reads it itself. */
  readonly foreign?: true;
  /** Only a request with If-Match is taken, which names the revision that is edited. */
  readonly guarded?: true;
  /** Default 200. */
  readonly status?: 200 | 201;
  readonly answer?: z.ZodType;
  /** Media types of an answer that is no JSON. */
  readonly files?: readonly string[];
  /** Statuses of answers that are neither it nor a problem, e.g. 304, with what they mean. */
  readonly also?: Readonly<Record<number, string>>;
  /** Codes of refusals that follow neither from its schemas nor from its kind. See `errorsOf`. */
  readonly refuses?: readonly ErrorCode[];
}

const PARAMS = {
  project: z.string().min(1).describe('Key of the project'),
  environment: z.string().min(1).describe('Key of the environment'),
  key: z.string().min(1).describe('Key of the breaker, segment or schedule'),
  id: z.string().min(1).describe('Id, as lists tell it'),
  name: z.string().min(1).describe('Name of the file'),
  secret: z.string().min(1).describe('Secret of the trigger'),
};

type ParamName = keyof typeof PARAMS;

/** All that is known of one REST route. */
export type Route<A extends string = string, S extends RouteSpec = RouteSpec> = S & {
  readonly address: A;
  readonly method: MethodOf<A>;
  /** With parameters as `:key`. */
  readonly path: PathOf<A>;
  readonly params: z.ZodObject<Pick<typeof PARAMS, ParamOf<A> & ParamName>>;
  readonly status: 200 | 201;
  readonly tokens: TokenUse;
};

/** A route of the contract, whichever it is. */
export type AnyRoute = RouteSpec & {
  readonly address: Address;
  readonly method: MethodOf<Address>;
  readonly path: string;
  readonly params: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  readonly status: 200 | 201;
  readonly tokens: TokenUse;
};

/** The route at an address. */
export function route<A extends Address, S extends RouteSpec>(address: A, spec: S): Route<A, S> {
  const [method, path] = address.split(' ') as [MethodOf<A>, PathOf<A>];
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as ParamName);
  const params = z.object(
    Object.fromEntries(names.map((name) => [name, PARAMS[name]])),
  ) as Route<A>['params'];
  return { status: 200, tokens: 'by_path', ...spec, address, method, path, params };
}
