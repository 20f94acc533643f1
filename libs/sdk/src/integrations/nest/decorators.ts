import process from 'node:process';
import { Inject, Optional } from '@nestjs/common';
import { demandRecloser } from '../../brand.js';
import { Recloser, type Breaker, type BreakerOptions, type WrapOptions } from '../../index.js';

export interface ProtectOptions<A extends readonly unknown[], F = never>
  extends BreakerOptions<F>, WrapOptions<A> {}

type Method<A extends readonly unknown[], R> = (...args: A) => Promise<R>;

/** Under which a module of whichever copy of this package provides the SDK. */
export const ANY_RECLOSER = Symbol.for('recloser:nest');
/** Where Nest puts the SDK into each instance that has protected methods: by that name, or by this copy's class. */
const PLACES = [
  [ANY_RECLOSER, Symbol('recloser:any')],
  [Recloser, Symbol('recloser')],
] as const;

/** The token of a breaker that `RecloserModule.forFeature` provides. */
export function breakerToken(key: string): string {
  return `recloser:${key}`;
}

/** Injects a breaker that `RecloserModule.forFeature` names. */
export function InjectBreaker(key: string): ParameterDecorator & PropertyDecorator {
  return Inject(breakerToken(key));
}

/**
 * Protects a method of a provider or controller that Nest instantiates from its class. The method must return a promise,
 * and gets no signal; `context` is read from its arguments, and otherwise is that of the request. Its calls reject with a
 * `RecloserOptionError` where the SDK that was injected is of a copy of this package that is too old.
 */
export function Protect<A extends readonly unknown[], F = never>(
  key: string,
  options: ProtectOptions<A, F> = {},
) {
  const { context, ...own } = options;
  const wrapped = new WeakMap<Recloser, Breaker<F>>();
  const breakerOf = (recloser: Recloser): Breaker<F> => {
    const breaker = wrapped.get(recloser) ?? recloser.breaker<F>(key, own);
    wrapped.set(recloser, breaker);
    return breaker;
  };
  return <R>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method<A, R | F>>,
  ): void => {
    const method = descriptor.value;
    if (method === undefined) throw new TypeError(`@Protect("${key}") is for methods`);
    for (const [token, place] of PLACES) {
      Inject(token)(target, place);
      Optional()(target, place);
    }
    const protectedMethod = async function (this: object, ...args: A): Promise<R | F> {
      const recloser: unknown = PLACES.map(([, place]): unknown => Reflect.get(this, place)).find(
        (found) => found !== undefined,
      );
      if (recloser === undefined) {
        warnOnce(`${target.constructor.name}.${String(name)}`);
        return await Reflect.apply(method, this, args);
      }
      demandRecloser(recloser);
      const call = breakerOf(recloser).wrap(method, context === undefined ? {} : { context });
      return await Reflect.apply(call, this, args);
    };
    adopt(protectedMethod, method);
    descriptor.value = protectedMethod;
  };
}

/** Other decorators may have left their metadata on the method, and look for its name. */
function adopt(wrapper: object, method: object): void {
  for (const key of Reflect.getOwnMetadataKeys(method) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), wrapper);
  }
  Object.defineProperty(wrapper, 'name', { value: Reflect.get(method, 'name') });
}

const warned = new Set<string>();

function warnOnce(method: string): void {
  if (warned.has(method)) return;
  warned.add(method);
  process.emitWarning(
    `${method} runs unprotected: import RecloserModule, and let Nest make the instance from its class`,
    { type: 'RecloserWarning', code: 'RECLOSER_NOT_INJECTED' },
  );
}
