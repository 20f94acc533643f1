import { type Request, type RequestHandler } from 'express';
import { type Context } from '@recloser/core';
import { demandRecloser } from '../../brand.js';
import { attempt } from '../../signals/read.js';
import { type Recloser } from '../../recloser.js';

/**
 * Express middleware that gives a context to all calls made while a request is handled. `contextOf` reads it from the
 * request, so mount it behind whatever tells who is asking. Where it returns undefined or throws there is none.
 * @throws RecloserOptionError
 */
export function recloserContext(
  recloser: Recloser,
  contextOf: (request: Request) => Context | undefined,
): RequestHandler {
  demandRecloser(recloser);
  return (request, _response, next) => {
    const context = attempt(() => contextOf(request));
    if (context === undefined) next();
    else recloser.withContext(context, () => next());
  };
}
