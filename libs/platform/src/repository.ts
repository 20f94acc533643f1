import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PlatformError } from './errors.js';

/** The absolute path of something in this repository. */
export function repositoryPath(path: string): string {
  // Equally far from the sources and from the build of this package.
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** @throws PlatformError `not_built` when a built file is missing. */
export function builtFile(path: string): string {
  const file = repositoryPath(path);
  if (existsSync(file)) return file;
  throw new PlatformError('not_built', `${path} is missing. Run "npm run build" first.`);
}
