import { z } from 'zod';
import type { ErrorCode } from './errors.js';

/** Which code a request is refused with when this field of it is wrong; for fields that mean the same everywhere. */
const EVERYWHERE: FieldCodes = {
  admission: 'invalid_admission',
  policy: 'invalid_policy',
  rules: 'invalid_rules',
  reason: 'reason_required',
};

type FieldCodes = Readonly<Record<string, ErrorCode>>;

/** Codes for fields that mean something else in each schema, such as a `key`. */
export const ownFieldCodes = z.registry<FieldCodes>();

/** The code of the first field, in the order in which they are told here, that is among those that are wrong. */
export function codeOfFields(schema: z.ZodType, wrong: readonly string[]): ErrorCode {
  const codes = { ...ownFieldCodes.get(schema), ...EVERYWHERE };
  const field = Object.keys(codes).find((name) => wrong.includes(name));
  return (field === undefined ? undefined : codes[field]) ?? 'invalid_request';
}

/** All codes that a request by this schema can be refused with when its fields are wrong, the general one last. */
export function codesOfSchema(schema: z.ZodType): readonly ErrorCode[] {
  const codes = { ...ownFieldCodes.get(schema), ...EVERYWHERE };
  const own = fieldsOf(schema).flatMap((field) => codes[field] ?? []);
  return [...new Set([...own, 'invalid_request' as const])];
}

function fieldsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (!(schema instanceof z.ZodUnion)) return [];
  return schema.options.flatMap((option) => (option instanceof z.ZodType ? fieldsOf(option) : []));
}
