import { ApiError } from '@/lib/problem';

export interface DocumentProblem {
  readonly line: number | null;
  readonly path: string;
  readonly message: string;
}

/** The lines that the API found wrong in a file; empty when it refused for another reason. */
export function documentProblems(error: unknown): readonly DocumentProblem[] {
  if (!(error instanceof ApiError) || error.code !== 'invalid_document') return [];
  const { problems } = error.details;
  return Array.isArray(problems) ? problems.filter(isProblem) : [];
}

function isProblem(value: unknown): value is DocumentProblem {
  if (typeof value !== 'object' || value === null) return false;
  const { line, path, message } = value as Partial<Record<keyof DocumentProblem, unknown>>;
  return (
    (line === null || typeof line === 'number') &&
    typeof path === 'string' &&
    typeof message === 'string'
  );
}

/** A value of a difference in one line. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  return JSON.stringify(value);
}
