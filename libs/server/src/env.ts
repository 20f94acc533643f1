import { databaseUrlProblem } from '@recloser/postgres';
import { z } from 'zod';

/** The environment does not hold what a process needs. The message names every variable with what is wrong with it. */
export class EnvError extends Error {
  readonly code = 'invalid_environment';
  constructor(problems: readonly string[]) {
    super(`Set these environment variables right, then start again:\n  ${problems.join('\n  ')}`);
    this.name = 'EnvError';
  }
}

/**
 * Parses the variables that `schema` names; an empty value counts as not set.
 * @throws EnvError with all problems at once.
 */
export function readEnv<S extends z.ZodType>(
  schema: S,
  source: Readonly<Record<string, string | undefined>>,
): z.infer<S> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new EnvError(
    parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`),
  );
}

export const urlOf = (protocols: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL such as ${example}`,
    );

/** Fewer different characters than this are no secret. */
const DIFFERENT = 6;
const MAKE_ONE = 'make one with openssl rand -hex 32';

const secret = (min: number) =>
  z
    .string()
    .min(min, `must have at least ${min} characters: ${MAKE_ONE}`)
    .refine(
      (text) => new Set(text).size >= DIFFERENT,
      `must have at least ${DIFFERENT} different characters: ${MAKE_ONE}`,
    );

/** Building blocks for an app's env.ts. */
export const envVar = {
  /** A TCP port; 0 lets the system choose one. */
  port: () => z.coerce.number('must be a port number').int().min(0).max(65_535),
  integer: (min: number, max: number) =>
    z.coerce.number('must be a number').int().min(min).max(max),
  /** "1" or "true" is true; "0" or "false" is false. */
  flag: () =>
    z
      .enum(['0', '1', 'false', 'true'], 'must be 0, 1, false or true')
      .transform((text) => text === '1' || text === 'true'),
  databaseUrl: () =>
    urlOf(
      ['postgres:', 'postgresql:'],
      'postgresql://user:password@localhost:5432/recloser',
    ).superRefine((text, context) => {
      const problem = URL.canParse(text) ? databaseUrlProblem(text) : null;
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    }),
  httpUrl: () => urlOf(['http:', 'https:'], 'http://127.0.0.1:4400'),
  logLevel: () =>
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  text: (min: number) => z.string().min(min),
  /** What others must not guess. */
  secret,
  /** A secret that travels in a header. */
  token: (min: number) =>
    secret(min).regex(/^[\x21-\x7e]*$/, 'must hold only printable ASCII characters, no spaces'),
} as const;
