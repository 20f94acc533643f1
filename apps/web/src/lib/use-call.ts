'use client';

import { type Address, type AnswerOf, type Input, pathTo } from '@recloser/protocol';
import useSWR, { type SWRConfiguration, type SWRResponse } from 'swr';
import { call } from './call';

interface CallOptions<T> extends SWRConfiguration<T, Error> {
  /** Asks anew with each. */
  readonly fresh?: string | number | undefined;
  /** False: nothing is asked. Default true. */
  readonly asked?: boolean;
}

/** The key under which `useCall` keeps an answer. */
export function callKey<A extends Address>(
  address: A,
  input: Input<A>,
  fresh: string | number = '',
): readonly [string, string | number] {
  return [pathTo(address, ...input), fresh];
}

/** What a route answers, read again as the options say. */
export function useCall<A extends Address>(
  address: A,
  input: Input<A>,
  { fresh, asked = true, ...options }: CallOptions<AnswerOf<A>> = {},
): SWRResponse<AnswerOf<A>, Error> {
  return useSWR<AnswerOf<A>, Error>(
    asked ? callKey(address, input, fresh) : null,
    () => call(address, ...input),
    options,
  );
}
