'use client';

import type { CreateEnvironment, CreateProject, Project } from '@recloser/protocol';
import useSWR from 'swr';
import { getJson, sendJson } from '@/lib/http';

const PATH = '/v1/projects';

/** `first`: what the server rendered. */
export function useProjects(first: readonly Project[]) {
  return useSWR<readonly Project[], Error>(PATH, async () => (await getJson(PATH)) as Project[], {
    fallbackData: first,
  });
}

/** Throws ApiError, e.g. `already_exists`. */
export async function createProject(project: CreateProject): Promise<void> {
  await sendJson('POST', PATH, { body: project });
}

/** With all breakers of the project. Throws ApiError, e.g. `already_exists`. */
export async function createEnvironment(
  project: string,
  environment: CreateEnvironment,
): Promise<void> {
  const path = `${PATH}/${encodeURIComponent(project)}/environments`;
  await sendJson('POST', path, { body: environment });
}
