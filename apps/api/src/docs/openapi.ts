import type { OpenAPIObject } from '@nestjs/swagger';
import {
  contractRoutes,
  ERROR_CODES,
  errorsOf,
  routeAt,
  type Address,
  type AnyRoute,
  type ErrorCode,
} from '@recloser/protocol';
import { ADDRESS } from './describe-route.js';
import { schemaOf } from './schema-of.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Parameters = NonNullable<Operation['parameters']>;
type Responses = Operation['responses'];
type Components = NonNullable<OpenAPIObject['components']>;

const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const;

const SECURITY_SCHEMES: NonNullable<Components['securitySchemes']> = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'better-auth.session_token',
    description:
      'Of POST /v1/auth/sign-in/email; over https its name is __Secure-better-auth.session_token.',
  },
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'rct_…',
    description:
      'An API token of /v1/tokens, in the header Authorization: Bearer. A limited one works only below the path of its project or environment.',
  },
  sdkKey: { type: 'http', scheme: 'bearer', description: 'An SDK key of the environment.' },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN of the server.' },
};

/**
 * Gives each operation what follows from its route: parameters, security and refusals.
 * @throws Error of an operation that is not in the contract, and of a route of the contract that is not served
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const tags = new Set<string>();
  const served = new Set<AnyRoute>();
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      const route = takeRoute(operation);
      served.add(route);
      complete(operation, route);
      for (const tag of operation.tags ?? []) tags.add(tag);
    }
  }
  const missing = contractRoutes.filter((route) => !served.has(route));
  if (missing.length > 0) {
    throw new Error(`No handler serves ${missing.map(({ address }) => address).join(', ')}.`);
  }
  return {
    ...document,
    servers: [{ url: '/', description: 'This control plane' }],
    tags: [...tags].sort().map((name) => ({ name })),
    components: { ...document.components, securitySchemes: SECURITY_SCHEMES },
  };
}

function takeRoute(operation: Operation): AnyRoute {
  const holder = operation as Operation & { [ADDRESS]?: { readonly address: Address } };
  const note = holder[ADDRESS];
  if (note === undefined) {
    throw new Error(`${operation.operationId ?? 'A handler'} is not in the contract: use @Route.`);
  }
  Reflect.deleteProperty(holder, ADDRESS);
  return routeAt(note.address);
}

function complete(operation: Operation, route: AnyRoute): void {
  operation.parameters = parametersOf(operation.parameters ?? [], route);
  operation.security = securityOf(route);
  // What a route itself says of a status wins.
  operation.responses = { ...refusalsOf(route), ...operation.responses };
}

/** Those of its path and If-Match; Authorization belongs to the security scheme. */
function parametersOf(known: Parameters, { params, guarded }: AnyRoute): Parameters {
  const kept = known.filter((one) => 'name' in one && !(one.in === 'header' || one.in === 'path'));
  const named = Object.entries(params.shape).map(([name, schema]) => {
    const { description = name, ...rest } = schemaOf(schema, 'input');
    return { name, in: 'path' as const, required: true, description, schema: rest };
  });
  const ifMatch = {
    name: 'If-Match',
    in: 'header' as const,
    required: true,
    description: 'The ETag of what was read, such as "3"',
    schema: { type: 'string', pattern: '^(W/)?"?[0-9]{1,15}"?$' },
  };
  return [...named, ...(guarded === true ? [ifMatch] : []), ...kept];
}

function securityOf({ path, access, tokens }: AnyRoute): Record<string, string[]>[] {
  if (access === 'public') return [];
  if (access !== 'token') {
    return [{ session: [] }, ...(tokens === 'none' ? [] : [{ apiToken: [] }])];
  }
  return [path.startsWith('/v1/sdk/') ? { sdkKey: [] } : { metricsToken: [] }];
}

function refusalsOf(route: AnyRoute): Responses {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(route)) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), problemResponse(codes)]),
  );
}

function problemResponse(codes: readonly ErrorCode[]) {
  const description = codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join('\n\n');
  const text = { type: 'string' };
  const schema = {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      code: { type: 'string', enum: [...codes] },
      detail: text,
      requestId: text,
    },
  };
  return { description, content: { 'application/problem+json': { schema } } };
}
