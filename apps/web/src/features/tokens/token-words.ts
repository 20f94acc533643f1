import type { ApiToken, Project } from '@recloser/protocol';

/** Days after which a new token ends; '' is never. */
export const LIFETIMES: readonly (readonly [days: string, label: string])[] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
  ['', 'Never'],
];

const DAY_MS = 86_400_000;

/** When a token that is made now ends; null: never. */
export const endAfter = (days: string, now: number): number | null =>
  days === '' ? null : now + Number(days) * DAY_MS;

type TokenPlace = Pick<ApiToken, 'project' | 'environment'>;

/** "Everywhere", "default", "default / production". */
export function placeName({ project, environment }: TokenPlace): string {
  if (project === null) return 'Everywhere';
  return environment === null ? project : `${project} / ${environment}`;
}

/** Every place that a token can be limited to, the widest first. */
export function placesOf(projects: readonly Project[]): readonly TokenPlace[] {
  return [
    { project: null, environment: null },
    ...projects.flatMap(({ key: project, environments }) => [
      { project, environment: null },
      ...environments.map(({ key: environment }) => ({ project, environment })),
    ]),
  ];
}

export type TokenState = 'in_force' | 'expired' | 'revoked';

export function stateOf({ revokedAt, expiresAt }: ApiToken, now: number): TokenState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'in_force';
}

/** A command that shows whether a token works. */
export const curlLine = (origin: string, token: string): string =>
  `curl -H 'Authorization: Bearer ${token}' ${origin}/v1/me`;
