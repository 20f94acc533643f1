import type { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

type Schema = Exclude<NonNullable<Parameters<typeof ApiResponse>[0]>, { type: unknown }>;
export type SchemaObject = NonNullable<Extract<Schema, { schema: unknown }>['schema']>;

type Json = Readonly<Record<string, unknown>>;

/** The schema as OpenAPI 3.0 writes it. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): SchemaObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'openapi-3.0',
    unrepresentable: 'any',
  });
  return portable(json) as SchemaObject;
}

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
