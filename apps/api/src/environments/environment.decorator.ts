import {
  createParamDecorator,
  Inject,
  Injectable,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  EnvironmentResolver,
  type EnvironmentParams,
  type EnvironmentRef,
} from './environment-resolver.js';

@Injectable()
class EnvironmentPipe implements PipeTransform<EnvironmentParams, Promise<EnvironmentRef>> {
  constructor(@Inject(EnvironmentResolver) private readonly resolver: EnvironmentResolver) {}

  transform(params: EnvironmentParams): Promise<EnvironmentRef> {
    return this.resolver.resolve(params);
  }
}

const PathOfEnvironment = createParamDecorator(
  (_: unknown, context: ExecutionContext): EnvironmentParams => {
    const http = context.switchToHttp();
    const { project, environment } =
      http.getRequest<FastifyRequest<{ Params: EnvironmentParams }>>().params;
    return { project, environment };
  },
);

/** The environment that a route's path names; an unknown one answers 404. The module imports EnvironmentsModule. */
export const Environment = (): ParameterDecorator => PathOfEnvironment(EnvironmentPipe);
