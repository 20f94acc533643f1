import { HttpCode, SetMetadata, applyDecorators } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ApiBody, ApiExtension, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { Role } from '@recloser/core';
import { codesOfSchema, type ErrorCode } from '@recloser/protocol';
import { z } from 'zod';

/** Who may call a route: the least role, `public` for everybody, `token` for what checks its own bearer token. */
export type Access = Role | 'public' | 'token';
export const ACCESS = 'recloser:access';

/**
 * Which API tokens may call a route, besides their role: `none` of them, `any` of them, or, unless said otherwise, those
 * whose project and environment the path names, and on a path that names none only those without limits.
 */
export type TokenUse = 'none' | 'any' | 'by_path';
export const TOKENS = 'recloser:tokens';

export interface OperationSpec {
  readonly access: Access;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** Media types of an answer that is no JSON. */
  readonly file?: readonly string[];
  /** Statuses of answers that are neither it nor a problem, e.g. 304, with what they mean. */
  readonly also?: Readonly<Record<number, string>>;
  /** Codes of refusals that its schemas do not tell. */
  readonly refuses?: readonly ErrorCode[];
  readonly tokens?: TokenUse;
}

/** In the document, until it is completed: what `completeDocument` has to know of an operation. */
export const OPERATION = 'x-recloser-operation';

export interface OperationNote {
  readonly access: Access;
  readonly tokens: TokenUse;
  /** What is edited is named by If-Match. */
  readonly guarded: boolean;
  readonly hasBody: boolean;
  readonly hasQuery: boolean;
  readonly refuses: readonly ErrorCode[];
}

type Schema = Exclude<NonNullable<Parameters<typeof ApiResponse>[0]>, { type: unknown }>;
type SchemaObject = NonNullable<Extract<Schema, { schema: unknown }>['schema']>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): SchemaObject => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'openapi-3.0',
    unrepresentable: 'any',
  });
  return portable(json) as SchemaObject;
};

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * A schema as every reader of OpenAPI 3.0 takes it: `nullable` stands beside a type, and a default is a value of its
 * own schema.
 */
function portable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(portable);
  if (!isJson(value)) return value;
  const schema = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, portable(part)]),
  );
  const allowed: unknown = schema['enum'];
  if (Array.isArray(allowed) && !allowed.includes(schema['default'])) delete schema['default'];
  if (schema['nullable'] === true && typeof schema['type'] !== 'string') {
    delete schema['nullable'];
    for (const name of ['anyOf', 'oneOf', 'allOf']) {
      const parts = schema[name];
      if (Array.isArray(parts)) schema[name] = nullableFirst(parts);
    }
  }
  return schema;
}

function nullableFirst([first, ...others]: readonly unknown[]): readonly unknown[] {
  return [isJson(first) ? portable({ ...first, nullable: true }) : first, ...others];
}

const queries = (query: z.ZodObject): MethodDecorator[] =>
  Object.entries(query.shape).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schemaOf(z.any().and(schema), 'input') }),
  );

/** What a request is refused with whose body or query is not valid. */
function refusalsOf({ body, query, refuses = [] }: OperationSpec): readonly ErrorCode[] {
  const schemas = [body, query].filter((schema) => schema !== undefined);
  return [...new Set([...schemas.flatMap((schema) => codesOfSchema(schema)), ...refuses])];
}

const noteOf = (spec: OperationSpec, guarded: boolean): OperationNote => ({
  access: spec.access,
  tokens: spec.tokens ?? 'by_path',
  guarded,
  hasBody: spec.body !== undefined,
  hasQuery: spec.query !== undefined,
  refuses: refusalsOf(spec),
});

const TEXT: SchemaObject = { type: 'string' };
const BINARY: SchemaObject = { type: 'string', format: 'binary' };

function answerOf({ answer, file = [] }: OperationSpec): object {
  if (answer !== undefined) return { schema: schemaOf(answer, 'output') };
  if (file.length === 0) return {};
  const schemaOfType = (type: string) => (type.endsWith('gzip') ? BINARY : TEXT);
  const content: Record<string, { schema: SchemaObject }> = {};
  for (const type of file) content[type] = { schema: schemaOfType(type) };
  return { content };
}

/** Declares a route's access and describes it from the schemas that it is parsed by. Without it a route is refused. */
export function Operation(spec: OperationSpec): MethodDecorator {
  return (target, name, descriptor) =>
    decorators(spec, takesIfMatch(target, name))(target, name, descriptor);
}

/** Whether a handler has a parameter that Nest fills with If-Match. */
function takesIfMatch(target: object, name: string | symbol): boolean {
  const taken: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, name);
  return Object.values(isJson(taken) ? taken : {}).some(
    (one) => isJson(one) && one['data'] === 'if-match',
  );
}

function decorators(spec: OperationSpec, guarded: boolean): MethodDecorator {
  const status = spec.status ?? 200;
  return applyDecorators(
    SetMetadata(ACCESS, spec.access),
    SetMetadata(TOKENS, spec.tokens ?? 'by_path'),
    HttpCode(status),
    ApiOperation({ summary: `${spec.summary} [${spec.access}]` }),
    ApiExtension(OPERATION, noteOf(spec, guarded)),
    ApiResponse({ status, description: 'Done', ...answerOf(spec) }),
    ...Object.entries(spec.also ?? {}).map(([code, description]) =>
      ApiResponse({ status: Number(code), description }),
    ),
    ...(spec.body ? [ApiBody({ schema: schemaOf(spec.body, 'input') })] : []),
    ...(spec.query ? queries(spec.query) : []),
  );
}
