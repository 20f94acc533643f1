import {
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  UsePipes,
  applyDecorators,
} from '@nestjs/common';
import type { AnyRoute, Given } from '@recloser/protocol';
import type { z } from 'zod';
import { describeRoute } from '../docs/describe-route.js';
import { RequestPipe } from './request.pipe.js';

/** The metadata of a handler that names its route. */
export const ROUTE = 'recloser:route';

type AnswerTo<R> = R extends { readonly answer: infer S extends z.ZodType }
  ? Given<z.output<S>>
  : unknown;

/** A handler returns what the contract says, or sends it itself and returns nothing. */
type Handler<R> = (...given: never[]) => AnswerTo<R> | Promise<AnswerTo<R>> | Promise<void>;

/**
 * Serves a route of the contract: its method and path, who may call it, the parsing of its body and query, its status and
 * its description. Without it a handler has no path.
 */
export function Route<R extends AnyRoute>(route: R) {
  const decorate = applyDecorators(
    SetMetadata(ROUTE, route),
    RequestMapping({ method: RequestMethod[route.method], path: route.path }),
    HttpCode(route.status),
    UsePipes(new RequestPipe(route)),
    ...describeRoute(route),
  );
  return <H extends Handler<R>>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    decorate(target, name, descriptor);
  };
}
