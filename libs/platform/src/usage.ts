import { systemCode } from './errors.js';

/** A command line that cannot be followed; its message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** True for errors of the command line, also across duplicate installs. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === 'UsageError';
}

/**
 * Reads a command line with Node's `parseArgs`, whose words are for programmers.
 * @param known names of the options
 * @throws UsageError
 */
export function readOptions<T>(known: readonly string[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [, name = ''] = /'-{0,2}([\w-]+)/.exec(String(error)) ?? [];
    switch (systemCode(error)) {
      case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
        throw new UsageError(`There is no option --${name}.${meant(name, known)}`, {
          cause: error,
        });
      case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
        throw new UsageError(wrongValue(error), { cause: error });
      case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
        throw new UsageError(`"${name}" is not an option: options begin with --.`, {
          cause: error,
        });
      default:
        throw error;
    }
  }
}

function wrongValue(error: unknown): string {
  const [, name = ''] = /--([\w-]+)/.exec(String(error)) ?? [];
  return /does not take/.test(String(error))
    ? `--${name} takes no value.`
    : `--${name} needs a value, as in --${name}=….`;
}

function meant(name: string, known: readonly string[]): string {
  const near = known.find((one) => distance(name, one) <= 2 || one.startsWith(name));
  return near === undefined ? '' : ` Did you mean --${near}?`;
}

/** Letters that are added, left out, replaced or swapped with their neighbour between two words. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
