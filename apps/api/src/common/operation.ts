import { HttpCode, SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { Role } from '@recloser/core';
import { codesOfSchema, ERROR_CODES, type ErrorCode } from '@recloser/protocol';
import { z } from 'zod';

/** Who may call a route: the least role, `public` for everybody, `token` for what checks its own bearer token. */
export type Access = Role | 'public' | 'token';
export const ACCESS = 'recloser:access';

export interface OperationSpec {
  readonly access: Access;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
  /** 200 unless said otherwise. */
  readonly status?: number;
}

type Schema = Exclude<NonNullable<Parameters<typeof ApiResponse>[0]>, { type: unknown }>;
type SchemaObject = NonNullable<Extract<Schema, { schema: unknown }>['schema']>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): SchemaObject => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'openapi-3.0',
    unrepresentable: 'any',
  });
  return json as SchemaObject;
};

const queries = (query: z.ZodObject): MethodDecorator[] =>
  Object.entries(query.shape).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schemaOf(z.any().and(schema), 'input') }),
  );

const said = (codes: readonly ErrorCode[]): string =>
  codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join('\n\n');

/** What a request is refused with whose body or query is not valid. */
function refusals({ body, query }: OperationSpec): MethodDecorator[] {
  const schemas = [body, query].filter((schema) => schema !== undefined);
  const codes = [...new Set(schemas.flatMap((schema) => codesOfSchema(schema)))];
  if (codes.length === 0) return [];
  const schema = schemaOf(z.looseObject({ code: z.enum(codes), detail: z.string() }), 'output');
  const content = { 'application/problem+json': { schema } };
  return [ApiResponse({ status: 400, description: said(codes), content })];
}

/** Declares a route's access and describes it from the schemas that it is parsed by. Without it a route is refused. */
export function Operation(spec: OperationSpec): MethodDecorator {
  const status = spec.status ?? 200;
  return applyDecorators(
    SetMetadata(ACCESS, spec.access),
    HttpCode(status),
    ApiOperation({ summary: `${spec.summary} [${spec.access}]` }),
    ApiResponse({
      status,
      description: 'Done',
      ...(spec.answer ? { schema: schemaOf(spec.answer, 'output') } : {}),
    }),
    ...(spec.body ? [ApiBody({ schema: schemaOf(spec.body, 'input') })] : []),
    ...(spec.query ? queries(spec.query) : []),
    ...refusals(spec),
  );
}
