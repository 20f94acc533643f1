import { LinearRegex } from './machine.js';
import { parsePattern } from './parse.js';

import { compileProgram, programSize } from './program.js';
import { type Node, PatternError } from './syntax.js';

const REGEX_LIMITS = {
  /** UTF-16 units of a pattern. */
  pattern: 256,
  /** Instructions that one pattern may become. */
  program: 500,
} as const;

interface PatternProblem {
  /** UTF-16 units from the start of the pattern. */
  readonly position: number;
  readonly message: string;
}

/** A pattern that has been read, with how many places it takes. */
export type ReadPattern =
  | { readonly ok: true; readonly root: Node; readonly size: number }
  | { readonly ok: false; readonly problem: PatternProblem };

/** Reads a pattern, or says what is wrong with it and where. */
export function readPattern(pattern: string, anyCase = false): ReadPattern {
  if (pattern.length > REGEX_LIMITS.pattern) {
    const message = `A pattern has at most ${REGEX_LIMITS.pattern} characters.`;
    return { ok: false, problem: { position: REGEX_LIMITS.pattern, message } };
  }
  try {
    const root = parsePattern(pattern, anyCase);
    return { ok: true, root, size: programSize(root, REGEX_LIMITS.program) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { ok: false, problem: { position: error.position, message: error.message } };
  }
}

/** Prepares a pattern for many texts; null for one that cannot be used (`readPattern` says why). */
export function compilePattern(pattern: string, anyCase = false): LinearRegex | null {
  const read = readPattern(pattern, anyCase);
  return read.ok ? new LinearRegex(compileProgram(read.root, anyCase), anyCase) : null;
}
