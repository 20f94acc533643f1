import { readFileSync } from 'node:fs';

// The same from the sources, the build and the package.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Of this command line. */
export const VERSION: string = manifest.version;
