import {
  Inject,
  Module,
  type CallHandler,
  type DynamicModule,
  type ExecutionContext,
  type FactoryProvider,
  type ModuleMetadata,
  type NestInterceptor,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { type Context } from '@recloser/core';
import { Observable } from 'rxjs';
import { Recloser, type BreakerOptions, type RecloserOptions } from '../../index.js';
import { attempt } from '../../signals/read.js';
import { demandRecloser } from '../../brand.js';
import { ANY_RECLOSER, breakerToken } from './decorators.js';

export interface RecloserModuleOptions extends RecloserOptions {
  /** An SDK that was made elsewhere, in place of the options above; closing it is left to its maker. */
  readonly recloser?: Recloser;
  /** Reads the context from a request. It runs behind the guards, so that it is known who is asking. */
  readonly context?: (execution: ExecutionContext) => Context | undefined;
}

export interface RecloserModuleAsyncOptions {
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (
    ...injected: never[]
  ) => RecloserModuleOptions | Promise<RecloserModuleOptions>;
}

const OPTIONS = Symbol('recloser:options');

class ContextInterceptor implements NestInterceptor {
  constructor(
    readonly recloser: Recloser,
    readonly options: RecloserModuleOptions,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const context = attempt(() => this.options.context?.(execution));
    if (context === undefined) return next.handle();
    return new Observable((subscriber) =>
      this.recloser.withContext(context, () => next.handle().subscribe(subscriber)),
    );
  }
}

/** Provides the `Recloser` to the whole application, closes it at its end, and gives requests their context. */
@Module({})
export class RecloserModule implements OnApplicationShutdown {
  readonly #recloser: Recloser;
  readonly #isOurs: boolean;

  constructor(recloser: Recloser, options: RecloserModuleOptions) {
    this.#recloser = recloser;
    this.#isOurs = options.recloser === undefined;
  }

  static forRoot(options: RecloserModuleOptions = {}): DynamicModule {
    return rootModule({ provide: OPTIONS, useValue: options });
  }

  static forRootAsync(options: RecloserModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    return { ...rootModule({ provide: OPTIONS, inject, useFactory }), imports };
  }

  /** Provides breakers to `@InjectBreaker`, by their keys: `forFeature({ stripe: { timeoutMs: 3000 } })`. */
  static forFeature(breakers: Readonly<Record<string, BreakerOptions<unknown>>>): DynamicModule {
    const providers = Object.entries(breakers).map(([key, options]) => ({
      provide: breakerToken(key),
      inject: [ANY_RECLOSER],
      useFactory: (recloser: Recloser) => recloser.breaker(key, options),
    }));
    return { module: BreakersModule, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#isOurs) await this.#recloser.close();
  }
}

@Module({})
class BreakersModule {}

// Decorators of parameters need an option of the compiler that this package goes without.
Inject(Recloser)(RecloserModule, undefined, 0);
Inject(OPTIONS)(RecloserModule, undefined, 1);

function rootModule(options: Provider): DynamicModule {
  return {
    module: RecloserModule,
    global: true,
    providers: [
      options,
      {
        provide: Recloser,
        inject: [OPTIONS],
        useFactory: ({ recloser, context: _, ...own }: RecloserModuleOptions) => {
          if (recloser !== undefined) demandRecloser(recloser);
          return recloser ?? new Recloser(own);
        },
      },
      // For `@Protect` and breakers of another copy of this package, to which our class is a stranger.
      { provide: ANY_RECLOSER, useExisting: Recloser },
      {
        provide: APP_INTERCEPTOR,
        inject: [Recloser, OPTIONS],
        useFactory: (recloser: Recloser, given: RecloserModuleOptions) =>
          new ContextInterceptor(recloser, given),
      },
    ],
    exports: [Recloser, ANY_RECLOSER],
  };
}
