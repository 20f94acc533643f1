import type { z } from 'zod';

/**
 * Reads JSON by a schema, and puts back what the schema left out of it: a newer version has written that, and what this
 * one writes back must not lose it.
 */
export function keeping<T>(schema: z.ZodType<T>): (stored: unknown) => T {
  return (stored) => {
    const known = schema.parse(stored);
    keepFields(known, stored);
    return known;
  };
}

/** Adds to a value as a schema gave it the fields that only the stored one has, at every depth. */
export function keepFields(known: unknown, stored: unknown): void {
  if (Array.isArray(known) && Array.isArray(stored)) {
    known.forEach((item: unknown, index) => {
      keepFields(item, stored[index]);
    });
  } else if (isRecord(known) && isRecord(stored)) {
    for (const [name, value] of Object.entries(stored)) {
      if (Object.hasOwn(known, name)) keepFields(known[name], value);
      else if (name !== '__proto__') known[name] = value;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
