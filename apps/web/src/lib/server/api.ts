import {
  type Address,
  type AnswerOf,
  api,
  type Input,
  parseAnswer,
  requestTo,
} from '@recloser/protocol';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { PATH_HEADER } from '../path-header';
import { readProblem } from '../problem';
import { env } from './env';

/** Calls the API as the signed-in person. Signed out leads to the sign-in page, an unknown thing to "not found". */
export async function fetchApi<A extends Address>(
  address: A,
  ...input: Input<A>
): Promise<AnswerOf<A>> {
  const asked = await headers();
  const cookie = asked.get('cookie') ?? '';
  const { path, ...request } = requestTo(address, ...input);
  const response = await fetch(new URL(path, env().API_URL), {
    ...request,
    headers: { ...request.headers, cookie },
    cache: 'no-store',
  });
  if (response.status === 401) {
    redirect(`/sign-in?next=${encodeURIComponent(asked.get(PATH_HEADER) ?? '/')}`);
  }
  if (response.status === 404) notFound();
  if (!response.ok) throw await readProblem(response);
  return parseAnswer(address, await response.json());
}

/** The signed-in person; asked once per request. */
export const fetchMe = cache(() => fetchApi(api.projects.me));

/** Projects with their environments; asked once per request. */
export const fetchProjects = cache(() => fetchApi(api.projects.list));
