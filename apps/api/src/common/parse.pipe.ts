import type { PipeTransform } from '@nestjs/common';
import { parseRequest } from '@recloser/protocol';
import type { z } from 'zod';

/** Parses a body or query by its schema; what is wrong answers 400 with the code of the field. */
export class ParsePipe<T> implements PipeTransform<unknown, T> {
  readonly #schema: z.ZodType<T>;

  constructor(schema: z.ZodType<T>) {
    this.#schema = schema;
  }

  transform(value: unknown): T {
    return parseRequest(this.#schema, value ?? {});
  }
}
