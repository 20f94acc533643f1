'use client';

import { api, type CreateEnvironment, type CreateProject, type Project } from '@recloser/protocol';
import useSWR from 'swr';
import { call } from '@/lib/call';
import { callKey } from '@/lib/use-call';

/** `first`: what the server rendered. */
export function useProjects(first: readonly Project[]) {
  return useSWR<readonly Project[], Error>(
    callKey(api.projects.list, []),
    () => call(api.projects.list),
    { fallbackData: first },
  );
}

/** Throws ApiError, e.g. `already_exists`. */
export async function createProject(project: CreateProject): Promise<void> {
  await call(api.projects.create, { body: project });
}

/** With all breakers of the project. Throws ApiError, e.g. `already_exists`. */
export async function createEnvironment(
  project: string,
  environment: CreateEnvironment,
): Promise<void> {
  await call(api.projects.createEnvironment, { params: { project }, body: environment });
}
