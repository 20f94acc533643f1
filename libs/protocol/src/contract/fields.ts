import { z } from 'zod';
import { LIMITS } from '../limits.js';

/** Why a person does it. Kept in the audit log. */
export const reasonSchema = z.string().trim().min(1).max(LIMITS.reasonLength);

export const nameSchema = z.string().trim().min(1).max(LIMITS.nameLength);

export const slugSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and inner dashes only');

export const seqSchema = z.int().min(0);
export const countSchema = z.int().min(0);

/** Which page of a list: `cursor` is the last page's `nextCursor`. */
export const pageQuery = {
  cursor: z.string().min(1).max(500).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).default(50),
};

/** In a query: milliseconds since the Unix epoch. */
export const queryTimeSchema = z.coerce.number().int().min(0);

/** Values in a query, separated by commas. */
export const commaSeparated = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).max(50));

/** After a change: SDKs that have applied `seq` have it. */
export const changedSchema = z.object({ seq: seqSchema });
