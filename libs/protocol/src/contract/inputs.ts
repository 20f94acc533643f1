import type { z } from 'zod';
import type { Address, ParamOf } from './api.js';
import type { Routes } from './contract.js';

/** A value that may be read-only anywhere: what is sent is never changed. */
export type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Given<T[K]> }
    : T;

type IsOptional<T, K extends keyof T> = Partial<Pick<T, K>> extends Pick<T, K> ? true : false;

/** What is optional for the caller, with the types that the server reads: numbers, booleans and lists become text. */
type QueryOf<Q extends z.ZodType> = {
  readonly [K in keyof z.input<Q>]:
    | Given<z.output<Q>[K & keyof z.output<Q>]>
    | (IsOptional<z.input<Q>, K> extends true ? undefined : never);
};

/** Likewise; a member whose schema takes anything has the type that it is read as. */
type BodyOf<In, Out> = In extends unknown
  ? {
      readonly [K in keyof In]: unknown extends In[K]
        ? Given<Out extends { [P in K]?: infer Read } ? Read : unknown>
        : Given<In[K]>;
    }
  : never;

type ParamsPart<A extends string> = [ParamOf<A>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<ParamOf<A>, string>> };

type QueryPart<R> = R extends { readonly query: infer Q extends z.ZodType }
  ? Partial<QueryOf<Q>> extends QueryOf<Q>
    ? { readonly query?: QueryOf<Q> | undefined }
    : { readonly query: QueryOf<Q> }
  : { readonly query?: undefined };

type BodyPart<R> = R extends { readonly body: infer B extends z.ZodType }
  ? { readonly body: BodyOf<z.input<B>, z.output<B>> }
  : { readonly body?: undefined };

type RevisionPart<R> = R extends { readonly guarded: true }
  ? { readonly revision: number }
  : { readonly revision?: undefined };

/** The parts of a request, whatever its address. */
export interface AnyInput {
  readonly params?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
  /** What If-Match names. */
  readonly revision?: number | undefined;
}

/** What a request to this address consists of. */
export type InputOf<A extends Address> = AnyInput &
  ParamsPart<A> &
  QueryPart<Routes[A]> &
  BodyPart<Routes[A]> &
  RevisionPart<Routes[A]>;

/** The input of a request, which may be left out where nothing has to be given. */
export type Input<A extends Address> =
  Partial<InputOf<A>> extends InputOf<A> ? [input?: InputOf<A>] : [input: InputOf<A>];

/** What the route at this address answers. */
export type AnswerOf<A extends Address> = Routes[A] extends {
  readonly answer: infer S extends z.ZodType;
}
  ? z.output<S>
  : unknown;
