import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { parseRequest, type AnyRoute } from '@recloser/protocol';

/** Parses the body and the query of a route by the contract; what is wrong answers 400 with the code of the field. */
export class RequestPipe implements PipeTransform<unknown, unknown> {
  readonly #route: AnyRoute;

  constructor(route: AnyRoute) {
    this.#route = route;
  }

  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    const { body, query, foreign } = this.#route;
    if (type === 'query' && query !== undefined) return parseRequest(query, value ?? {});
    if (type !== 'body' || body === undefined || foreign === true) return value;
    return parseRequest(body, value ?? {});
  }
}
