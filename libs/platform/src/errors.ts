/** Stable codes of everything the launcher can refuse to do. */
export type PlatformErrorCode =
  | 'platform_already_running'
  | 'platform_unsupported'
  | 'postgres_version_mismatch'
  | 'postgres_data_not_ours'
  | 'postgres_not_a_data_directory'
  | 'postgres_failed'
  | 'port_taken'
  | 'not_built'
  | 'child_failed'
  | 'tool_missing';

/** An error whose message says what to do next. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  constructor(
    readonly code: PlatformErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** True for errors of the launcher, also across duplicate installs. */
export function isPlatformError(error: unknown): error is PlatformError {
  return error instanceof Error && error.name === 'PlatformError' && 'code' in error;
}

/** The system error code (`ENOENT`, `EEXIST` …) of a thrown value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
