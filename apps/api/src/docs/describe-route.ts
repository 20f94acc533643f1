import { ApiBody, ApiExtension, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { AnyRoute } from '@recloser/protocol';
import { z } from 'zod';
import { schemaOf, type SchemaObject } from './schema-of.js';

/** In the document, until it is completed: the address of an operation's route in the contract. */
export const ADDRESS = 'x-recloser-address';

/** What Nest's document says of a route; `completeDocument` adds what follows from its kind. */
export function describeRoute(route: AnyRoute): MethodDecorator[] {
  const { access, address, also = {}, body, query, status, summary } = route;
  return [
    ApiOperation({ summary: `${summary} [${access}]` }),
    ApiExtension(ADDRESS, { address }),
    ApiResponse({ status, description: 'Done', ...answerOf(route) }),
    ...Object.entries(also).map(([code, description]) =>
      ApiResponse({ status: Number(code), description }),
    ),
    ...(body ? [ApiBody({ schema: schemaOf(body, 'input') })] : []),
    ...(query ? queries(query) : []),
  ];
}

const queries = (query: z.ZodObject): MethodDecorator[] =>
  Object.entries(query.shape).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schemaOf(z.any().and(schema), 'input') }),
  );

const TEXT: SchemaObject = { type: 'string' };
const BINARY: SchemaObject = { type: 'string', format: 'binary' };

function answerOf({ answer, files = [] }: AnyRoute): object {
  if (answer !== undefined) return { schema: schemaOf(answer, 'output') };
  if (files.length === 0) return {};
  const schemaOfType = (type: string) => (type.endsWith('gzip') ? BINARY : TEXT);
  const content: Record<string, { schema: SchemaObject }> = {};
  for (const type of files) content[type] = { schema: schemaOfType(type) };
  return { content };
}
