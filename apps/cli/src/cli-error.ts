/** What a command ends with. Scripts may branch on it. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  differs: 4,
  notApplied: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with this exit code; the message says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly details: unknown = null,
  ) {
    super(message);
  }
}

export const isCliError = (error: unknown): error is CliError =>
  error instanceof Error && error.name === 'CliError';
