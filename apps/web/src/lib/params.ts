import type { EnvironmentRef } from './routes';

/** Route parameters arrive encoded. */
export type EnvironmentParams = Promise<{ readonly project: string; readonly environment: string }>;
export type BreakerParams = Promise<{
  readonly project: string;
  readonly environment: string;
  readonly key: string;
}>;

export async function environmentRefOf(params: EnvironmentParams): Promise<EnvironmentRef> {
  const { project, environment } = await params;
  return { project: decode(project), environment: decode(environment) };
}

/** The text of an encoded segment; one that is no valid encoding stands for itself. */
export function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
