import type { Me, Project } from '@recloser/protocol';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { PATH_HEADER } from '../path-header';
import { readProblem } from '../problem';
import { env } from './env';

/** GET from the API as the signed-in person. Signed out leads to the sign-in page, an unknown thing to "not found". */
export async function fetchApi(path: string): Promise<unknown> {
  const asked = await headers();
  const cookie = asked.get('cookie') ?? '';
  const response = await fetch(new URL(path, env().API_URL), {
    headers: { accept: 'application/json', cookie },
    cache: 'no-store',
  });
  if (response.status === 401) {
    redirect(`/sign-in?next=${encodeURIComponent(asked.get(PATH_HEADER) ?? '/')}`);
  }
  if (response.status === 404) notFound();
  if (!response.ok) throw await readProblem(response);
  return response.json();
}

/** The signed-in person; asked once per request. */
export const fetchMe = cache(async () => (await fetchApi('/v1/me')) as Me);

/** Projects with their environments; asked once per request. */
export const fetchProjects = cache(async () => (await fetchApi('/v1/projects')) as Project[]);
