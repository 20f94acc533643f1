import type { OpenAPIObject } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '@recloser/protocol';
import { OPERATION, type OperationNote } from '../common/operation.js';

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

const PARAMETERS: Readonly<Record<string, string>> = {
  project: 'Key of the project',
  environment: 'Key of the environment',
  key: 'Key of the breaker, segment or schedule',
  id: 'Id, as lists tell it',
  name: 'Name of the file',
};

/** Codes that do not depend on what a route does. */
const ALWAYS: readonly ErrorCode[] = ['too_many_requests', 'internal_error', 'unavailable'];
const UNKNOWN: readonly ErrorCode[] = [
  'not_found',
  'unknown_project',
  'unknown_environment',
  'unknown_breaker',
  'unknown_segment',
  'unknown_schedule',
];
/** Whatever a change may find in its way. */
const CONFLICTS: readonly ErrorCode[] = codesWith(409).filter(
  (code) => !['slow_consumer', 'instance_limit', 'discover_limit', 'replaced'].includes(code),
);

/** Gives each operation what belongs to its access, its path and its kind: parameters, security and refusals. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const tags = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      complete(operation, { path, method, note: takeNote(operation) });
      for (const tag of operation.tags ?? []) tags.add(tag);
    }
  }
  return {
    ...document,
    servers: [{ url: '/', description: 'This control plane' }],
    tags: [...tags].sort().map((name) => ({ name })),
    components: { ...document.components, securitySchemes: SECURITY_SCHEMES },
  };
}

interface ParameterLocation {
  readonly path: string;
  readonly method: (typeof METHODS)[number];
  readonly note: OperationNote;
}

/** @throws Error of a route without an access, which the guard refuses for everybody */
function takeNote(operation: Operation): OperationNote {
  const holder = operation as Operation & { [OPERATION]?: OperationNote };
  const note = holder[OPERATION];
  if (note === undefined)
    throw new Error(`${operation.operationId ?? 'A route'} has no @Operation.`);
  Reflect.deleteProperty(holder, OPERATION);
  return note;
}

function complete(operation: Operation, place: ParameterLocation): void {
  operation.parameters = parametersOf(operation.parameters ?? [], place);
  operation.security = securityOf(place);
  // What a route itself says of a status wins.
  operation.responses = { ...refusalsOf(place), ...operation.responses };
}

/** Those of its path and If-Match; Authorization belongs to the security scheme. */
function parametersOf(known: Parameters, { path, note }: ParameterLocation): Parameters {
  const kept = known.filter((one) => 'name' in one && !(one.in === 'header' || one.in === 'path'));
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    description: PARAMETERS[name] ?? name,
    schema: { type: 'string', minLength: 1 },
  }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header' as const,
    required: true,
    description: 'The ETag of what was read, such as "3"',
    schema: { type: 'string', pattern: '^(W/)?"?[0-9]{1,15}"?$' },
  };
  return [...named, ...(note.guarded ? [ifMatch] : []), ...kept];
}

function securityOf({
  path,
  note: { access, tokens },
}: ParameterLocation): Record<string, string[]>[] {
  if (access === 'public') return [];
  if (access !== 'token') {
    return [{ session: [] }, ...(tokens === 'none' ? [] : [{ apiToken: [] }])];
  }
  return [path.startsWith('/v1/sdk/') ? { sdkKey: [] } : { metricsToken: [] }];
}

function refusalsOf(place: ParameterLocation): Responses {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codesOf(place))) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), problemResponse(codes)]),
  );
}

function codesOf({ path, method, note }: ParameterLocation): readonly ErrorCode[] {
  const { access, guarded, hasBody, hasQuery, refuses } = note;
  const codes: ErrorCode[] = [...ALWAYS, ...refuses, ...tokenCodes(note)];
  const named = path.includes('{');
  const changes = method !== 'get';
  // Any address may be badly encoded, and any body may be no JSON.
  if (named || hasQuery || changes) codes.push('invalid_request');
  if (hasQuery) codes.push('invalid_cursor');
  if (named) codes.push(...UNKNOWN);
  if (changes) codes.push('cross_origin', 'body_too_large', 'unsupported_media_type');
  if (access === 'token') codes.push('unauthenticated', 'invalid_key', 'key_revoked', 'not_found');
  if (access !== 'token' && access !== 'public') codes.push('unauthenticated');
  if (access === 'operator' || access === 'admin') codes.push('forbidden');
  if (changes && hasBody && access !== 'public' && access !== 'token') codes.push(...CONFLICTS);
  if (guarded) codes.push('precondition_required', 'version_conflict');
  return codes;
}

/** Refusals of an API token, or for one. */
function tokenCodes({ access, tokens }: OperationNote): readonly ErrorCode[] {
  if (access === 'token') return ['token_in_url'];
  const codes: ErrorCode[] = ['token_in_url', 'invalid_token', 'token_expired', 'token_revoked'];
  if (tokens === 'none') return [...codes, 'token_refused'];
  if (access === 'public') return ['token_in_url'];
  return tokens === 'any' ? codes : [...codes, 'token_limited'];
}

/** The codes that a refusal with this status can have. */
function codesWith(status: number): ErrorCode[] {
  return (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
    (code) => ERROR_CODES[code].status === status,
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
