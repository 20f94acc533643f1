import type { Project } from '@recloser/protocol';
import type { EnvironmentRef } from './routes';

/** Holds "project/environment", both encoded. */
export const LAST_PLACE_COOKIE = 'recloser.place';

/** The remembered place when it still exists, else the first environment; null when there is none at all. */
export function lastEnvironment(
  projects: readonly Project[],
  remembered: string | undefined,
): EnvironmentRef | null {
  const places = projects.flatMap((project) =>
    project.environments.map((environment) => ({
      project: project.key,
      environment: environment.key,
    })),
  );
  const found = places.find((place) => placeCookie(place) === remembered);
  return found ?? places[0] ?? null;
}

export function placeCookie({ project, environment }: EnvironmentRef): string {
  return `${encodeURIComponent(project)}/${encodeURIComponent(environment)}`;
}
