import type { Address } from './api.js';
import type { AnyInput, Input } from './inputs.js';

export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Path and query of a request. */
export function pathTo<A extends Address>(address: A, ...[input]: Input<A>): string {
  return pathOf(address, input);
}

/** The request of an input to an address. */
export function requestTo<A extends Address>(address: A, ...[input]: Input<A>): ApiRequest {
  return requestOf(address, input);
}

function requestOf(address: Address, input: AnyInput = {}): ApiRequest {
  const [method = ''] = address.split(' ', 1);
  const headers: Record<string, string> = { accept: 'application/json' };
  const path = pathOf(address, input);
  if (method === 'GET') return { method, path, headers };
  headers['content-type'] = 'application/json';
  if (input.revision !== undefined) headers['if-match'] = `"${input.revision}"`;
  return { method, path, headers, body: JSON.stringify(input.body ?? {}) };
}

function pathOf(address: Address, { params = {}, query = {} }: AnyInput = {}): string {
  const values = new Map<string, unknown>(Object.entries(params));
  const path = address
    .slice(address.indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_, name: string) => encoded(values.get(name)));
  const search = Object.entries(query as Readonly<Record<string, unknown>>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encoded(value)}`);
  return search.length === 0 ? path : `${path}?${search.join('&')}`;
}

const encoded = (value: unknown): string => encodeURIComponent(String(value));
