import type { TokenHolder } from '@recloser/db';
import { RecloserError, type TokenUse } from '@recloser/protocol';

type PathParams = Readonly<Record<string, string | undefined>>;

/** @throws RecloserError `token_refused`, `token_limited` */
export function checkTokenUse(token: TokenHolder, use: TokenUse, params: PathParams): void {
  if (use === 'any') return;
  if (use === 'none') {
    throw new RecloserError(
      'token_refused',
      'Only a person with a session can do this. Sign in in the console.',
    );
  }
  const { project, environment } = token;
  const isWithin =
    (project === null || params['project'] === project) &&
    (environment === null || params['environment'] === environment);
  if (!isWithin) throw limited(token);
}

const limited = ({ name, project, environment }: TokenHolder): RecloserError => {
  const where =
    environment === null
      ? `the project ${project ?? ''}`
      : `the environment ${environment} of ${project ?? ''}`;
  return new RecloserError(
    'token_limited',
    `The token "${name}" works only in ${where}. Use another token, or ask an administrator for one.`,
    { project, environment },
  );
};
