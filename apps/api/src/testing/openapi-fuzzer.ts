import fc from 'fast-check';

/** The part of an OpenAPI 3.0 document that a fuzzer reads. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
}

interface ApiSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
  readonly oneOf?: readonly ApiSchema[];
  readonly allOf?: readonly ApiSchema[];
  readonly minLength?: number;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: ApiSchema;
}

export interface ApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: ApiSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: ApiSchema }>> }>
  >;
}

export interface FuzzRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: none. */
  readonly body: string | undefined;
}

/** What stands in addresses, raw: badly encoded, beyond every bound, or what other things are called. */
const SEGMENTS = ['nobody', '%ff', '%', '%00', '..', 'a%2Fb', '%F0%9F%98%80', 'x'.repeat(3_000)];
const TEXTS = ['', ' ', 'a', 'stripe', '\u0000', '\ud800', 'é'.repeat(300), '__proto__', '1e999'];
const GARBAGE = [null, true, -1, 1.5, 2 ** 53, [], {}, 'x', [[null]], { __proto__: 1 }];
const IF_MATCH = ['"1"', '1', '"0"', '*', '', '"999999"'];

/** Requests of an operation: some as its schemas say, some nearly so, some not at all. */
export function requestsOf(
  path: string,
  operation: ApiOperation,
  known: Readonly<Record<string, string>>,
): fc.Arbitrary<FuzzRequest> {
  const parameters = operation.parameters ?? [];
  const segment = ({ name }: ApiParameter) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(known[name] ?? 'nobody') },
      { weight: 1, arbitrary: fc.constantFrom(...SEGMENTS) },
    );
  const inPath = parameters.filter((one) => one.in === 'path');
  const inQuery = parameters.filter((one) => one.in === 'query');
  const guarded = parameters.some((one) => one.in === 'header');
  const schema = operation.requestBody?.content['application/json']?.schema;
  const request = (wild: boolean) =>
    fc.record({
      path: fc
        .tuple(fc.tuple(...inPath.map(segment)), queryOf(inQuery, wild))
        .map(([values, query]) => withSegments(path, inPath, values) + query),
      headers: guarded
        ? fc.option(fc.constantFrom(...IF_MATCH), { nil: null }).map(ifMatch)
        : fc.constant({}),
      body: schema === undefined ? fc.constant(undefined) : bodyOf(schema, wild),
    });
  return fc.oneof(request(true), request(false));
}

const ifMatch = (value: string | null): Record<string, string> =>
  value === null ? {} : { 'if-match': value };

function withSegments(path: string, names: readonly ApiParameter[], values: readonly string[]) {
  return names.reduce((filled, { name }, index) => {
    return filled.replace(`{${name}}`, () => values[index] ?? '');
  }, path);
}

function queryOf(parameters: readonly ApiParameter[], wild: boolean): fc.Arbitrary<string> {
  const text = wild ? [fc.constantFrom<unknown>(...TEXTS)] : [];
  const one = ({ name, schema = {} }: ApiParameter) =>
    fc.option(
      fc
        .oneof(valueOf(schema, { wild }), ...text)
        .map((value) => `${name}=${encodeURIComponent(textOf(value))}`),
      { nil: '', freq: wild ? 4 : 1 },
    );
  return fc
    .tuple(...parameters.map(one))
    .map((parts) => parts.filter((part) => part !== ''))
    .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Half of a surrogate pair has no place in an address.
  return text.replaceAll('\ud800', '');
}

function bodyOf(schema: ApiSchema, wild: boolean): fc.Arbitrary<string> {
  const own = valueOf(schema, { wild }).map((value) => JSON.stringify(value));
  const broken = fc.constantFrom('', '{', 'null', '[]', '"x"', '{"__proto__":1}');
  return wild ? fc.oneof({ weight: 8, arbitrary: own }, { weight: 1, arbitrary: broken }) : own;
}

interface How {
  /** Anything may stand in the place of anything. */
  readonly wild: boolean;
  readonly depth?: number;
}

function valueOf(schema: ApiSchema, { wild, depth = 0 }: How): fc.Arbitrary<unknown> {
  const own = depth > 8 ? fc.constant<unknown>(null) : ownValue(schema, { wild, depth: depth + 1 });
  if (!wild) return own;
  return fc.oneof(
    { weight: 12, arbitrary: own },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...GARBAGE) },
  );
}

function ownValue(schema: ApiSchema, how: How): fc.Arbitrary<unknown> {
  const { enum: allowed, anyOf, oneOf, allOf, type } = schema;
  if (allowed !== undefined && allowed.length > 0) return fc.constantFrom(...allowed);
  const parts = anyOf ?? oneOf ?? allOf;
  if (parts !== undefined && parts.length > 0) {
    return fc.oneof(...parts.map((part) => valueOf(part, how)));
  }
  switch (type) {
    case 'object':
      return objectOf(schema, how);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, how), { maxLength: how.wild ? 3 : 1 });
    case 'string':
      return textsOf(schema, how);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 2 ** 32 } = schema;
      const beyond = how.wild ? [minimum - 1, maximum + 1, 0.5] : [];
      return fc.constantFrom(minimum, maximum, ...beyond);
    }
    default:
      return how.wild ? fc.constantFrom<unknown>(...GARBAGE, ...TEXTS) : fc.constant<unknown>('a');
  }
}

/** What formats ask for, so that some requests get through. */
const FORMATTED: Readonly<Record<string, string>> = {
  uri: 'https://example.com/x',
  email: 'ada@example.com',
};

function textsOf({ format = '', minLength = 0 }: ApiSchema, { wild }: How): fc.Arbitrary<unknown> {
  const long = 'x'.repeat(Math.max(1, minLength));
  const fitting = [FORMATTED[format] ?? 'abc', FORMATTED[format] ?? long];
  return fc.constantFrom(...fitting, ...(wild ? TEXTS : []));
}

function objectOf({ properties = {}, required = [] }: ApiSchema, how: How) {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, valueOf(part, how)]),
  );
  const sparse = how.wild || how.depth === 1;
  // A nested object as a whole or as little as it may be: half of a policy is no policy.
  return sparse
    ? fc.record(fields, { requiredKeys: [...required] })
    : fc.record(
        Object.fromEntries(Object.entries(fields).filter(([name]) => required.includes(name))),
      );
}
