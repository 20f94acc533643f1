import { type FastifyPluginCallback, type FastifyRequest } from 'fastify';
import { type Context } from '@recloser/core';
import { demandRecloser } from '../../brand.js';
import { attempt } from '../../signals/read.js';
import { type Recloser } from '../../recloser.js';

export interface RecloserFastifyOptions {
  readonly recloser: Recloser;
  /** Reads the context from a request. Where it returns undefined or throws there is none. */
  readonly context: (request: FastifyRequest) => Context | undefined;
  /** From when on it holds. Default: `preHandler`, when the body is read and it is known who is asking. */
  readonly hook?: 'onRequest' | 'preValidation' | 'preHandler';
}

const plugin: FastifyPluginCallback<RecloserFastifyOptions> = (app, options, done) => {
  const { recloser, context: contextOf, hook = 'preHandler' } = options;
  demandRecloser(recloser);
  const enter = (request: FastifyRequest, _reply: unknown, next: () => void): void => {
    const context = attempt(() => contextOf(request));
    if (context === undefined) next();
    else recloser.withContext(context, next);
  };
  // The overloads know each hook by its name alone.
  if (hook === 'onRequest') app.addHook(hook, enter);
  else if (hook === 'preValidation') app.addHook(hook, enter);
  else app.addHook(hook, enter);
  done();
};

/** Fastify plugin that gives a context to all calls made while a request is handled, on all routes of its parent. */
export const recloserFastify: FastifyPluginCallback<RecloserFastifyOptions> = Object.assign(
  plugin,
  {
    // As fastify-plugin does: the hook is for the one who registers, not for this plugin alone.
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@recloser/sdk',
  },
);
